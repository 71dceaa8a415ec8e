import Raft

/// The links between nodes, each a queue, first in first out; nodes are known by their places.
struct ScriptNetwork {
    /// A directed link.
    struct Link: Hashable {
        let from: Int
        let to: Int
    }

    private let count: Int
    private var queues: [[ScriptPacket]]
    private var isCut: [Bool]
    /// How often each message was sent over each link, lost ones included.
    private var sent: [[MessageView: Int]]

    init(count: Int) {
        self.count = count
        queues = Array(repeating: [], count: count * count)
        isCut = Array(repeating: false, count: count * count)
        sent = Array(repeating: [:], count: count * count)
    }

    /// Every link, by sender, then receiver.
    var links: [Link] {
        (0..<count).flatMap { from in
            (0..<count).filter { $0 != from }.map { Link(from: from, to: $0) }
        }
    }

    var isQuiet: Bool { queues.allSatisfy(\.isEmpty) }

    func queue(_ link: Link) -> [ScriptPacket] { queues[place(link)] }

    mutating func send(_ packet: ScriptPacket, over link: Link) {
        sent[place(link)][MessageView(packet.envelope), default: 0] += 1
        guard !isCut[place(link)] else { return }
        queues[place(link)].append(packet)
    }

    func sentCount(over link: Link, _ pattern: ScriptMessagePattern) -> Int {
        sent[place(link)].reduce(0) { $0 + (pattern.matches($1.key) ? $1.value : 0) }
    }

    /// Takes the first messages out of a queue.
    mutating func take(_ limit: Int, from link: Link) -> [ScriptPacket] {
        let taken = Array(queues[place(link)].prefix(limit))
        queues[place(link)].removeFirst(taken.count)
        return taken
    }

    /// Moves, repeats or loses queued messages.
    mutating func rearrange(_ link: Link, _ body: (inout [ScriptPacket]) -> Void) {
        body(&queues[place(link)])
    }

    /// What is on its way to a node is lost.
    mutating func lose(to node: Int) {
        for from in 0..<count { queues[from * count + node] = [] }
    }

    mutating func setCut(_ link: Link, _ value: Bool) { isCut[place(link)] = value }

    private func place(_ link: Link) -> Int { link.from * count + link.to }
}
