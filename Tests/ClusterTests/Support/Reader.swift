import Histories
import Ledger
import LedgerClient

/// A client that asks any node, over gRPC or HTTP, at any level of consistency.
struct Reader {
    let number: Int
    private let cluster: Cluster
    private var random: SeededRandom
    /// The latest position that it has been shown.
    private var seen = Position(0)

    init(number: Int, cluster: Cluster) {
        self.number = number
        self.cluster = cluster
        random = SeededRandom(seed: UInt64(1_000 + number))
    }

    /// From now on its sessions include this.
    mutating func hasSeen(_ position: Position) { seen = max(seen, position) }

    /// Asks one question.
    mutating func readSomething(into journal: Journal) async {
        let promise: ReadPromise =
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: .linearizable
            case 4..<6: .session(minPosition: seen)
            case 6..<7: .bounded(maxAge: .random(in: 50...500, using: &random) * 1_000_000)
            default: .stale
            }
        await read(nextSubject(journal), promise, into: journal)
    }

    /// Looks at something that a command was about, from the command's own position on.
    mutating func readOwn(touching command: Command, into journal: Journal) async {
        let subject: ReadSubject =
            switch command {
            case .reserve(let command): .reservation(command.reservation)
            case .extend(let command): .reservation(command.reservation)
            case .confirm(let command): .reservation(command.reservation)
            case .fulfill(let command): .reservation(command.reservation)
            case .release(let command): .reservation(command.reservation)
            default: nextSubject(journal)
            }
        await read(subject, .session(minPosition: seen), into: journal)
    }

    private mutating func nextSubject(_ journal: Journal) -> ReadSubject {
        let sku = Assortment.skus.randomElement(using: &random) ?? Assortment.skus[0]
        let location =
            Assortment.locations.randomElement(using: &random) ?? Assortment.locations[0]
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return .location(location)
        case 1...2: return .item(sku)
        case 3...5:
            let skus = Array(Assortment.skus.shuffled(using: &random).prefix(2))
            return .availability(skus, at: Bool.random(using: &random) ? location : nil)
        case 6...9:
            return journal.anyReservation(using: &random).map { .reservation($0) }
                ?? .level(sku, location)
        default: return .level(sku, location)
        }
    }

    private mutating func read(
        _ subject: ReadSubject,
        _ promise: ReadPromise,
        into journal: Journal
    ) async {
        // Nodes that are no members any more serve what they have, and must say how old it is.
        guard let node = cluster.running.randomElement(using: &random) else { return }
        let speaksHTTP = Bool.random(using: &random) && HTTPRead.isServed(subject)
        let report = await Self.read(
            subject,
            promise,
            at: node,
            of: cluster,
            speaksHTTP: speaksHTTP,
            by: number,
            into: journal
        )
        if let position = report?.position { hasSeen(position) }
    }

    /// Asks one node, which alone is asked, and notes what it said; nil when it said nothing.
    @discardableResult
    static func read(
        _ subject: ReadSubject,
        _ promise: ReadPromise,
        at node: Cluster.Node,
        of cluster: Cluster,
        speaksHTTP: Bool,
        by number: Int,
        into journal: Journal
    ) async -> ReadReport? {
        let call = journal.invoke(number, .read(subject, promise))
        let report =
            speaksHTTP
            ? await HTTPRead.ask(node, subject, promise)
            : await GRPCRead.ask(node, of: cluster, subject, promise)
        journal.complete(call, report.map { .read($0) } ?? .notApplied)
        return report
    }
}
