import Ledger
import LedgerStore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A ledger in SQLite that is filled and used by one thread, transaction by transaction.
struct BenchedLedger {
    let file: StoreFile
    var state: SQLiteLedgerState
    let writer: GenerationWriter
    private var changes = LedgerChanges()
    private var unsealed = 0
    private var numbers = SystemRandomNumberGenerator()
    /// What was spent in memory, and with SQLite: processor time, which other load on the machine moves least.
    var applied = Duration.zero
    var written = Duration.zero
    var checkpointed = Duration.zero

    /// Entries of one transaction, as a node under load closes it.
    static let entriesPerTransaction = 8_192

    static let entriesPerTurn = 256

    init(_ path: String) throws {
        file = StoreFile(path: path, cluster: "bench")
        state = try file.openState()
        writer = try file.openWriter()
    }

    /// Applies a command a millisecond of log time after the last.
    mutating func apply(_ command: Command) throws {
        let id = RequestID(unchecked: uuid())
        let request = Request(id: id, actor: Actor(unchecked: "till-7"), command: command)
        let stamp = LogTime(microseconds: max(state.header.logTime.microseconds, 1 << 50) + 1_000)
        let entry = LedgerEntry.request(request, stamp: stamp)
        let position = Position(state.header.position.rawValue + 1)
        let start = ProcessorTime.now
        // A turn of a node applies some hundred entries.
        if unsealed.isMultiple(of: Self.entriesPerTurn) { try state.beginReads() }
        let outcome = try LedgerRules.apply(entry, at: position, to: &state, changes: &changes)
        applied += ProcessorTime.now - start
        changes.removeAll()
        precondition(outcome.answer?.outcome.isRefusal == false, "\(outcome)")
        unsealed += 1
        if unsealed == Self.entriesPerTransaction { try commit() }
    }

    mutating func commit() throws {
        unsealed = 0
        let start = ProcessorTime.now
        let generation = state.seal(term: 1, membership: [])
        try writer.write([generation])
        state.committed(through: generation.number)
        written += ProcessorTime.now - start
        // A node's checkpointer has a thread of its own; here it takes its turn.
        if writer.walPages >= file.limits.walPagesDue { try checkpoint() }
    }

    /// Copies the write-ahead log into the file.
    mutating func checkpoint() throws {
        let start = ProcessorTime.now
        let checkpointer = try Checkpointer(file, progress: StoreProgress(StoreHeader())) { _ in }
        checkpointer.stop()
        checkpointed += ProcessorTime.now - start
    }

    mutating func uuid() -> String {
        let digits = String(numbers.next(), radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return "\(padded.prefix(8))-0000-4000-8000-0000\(padded.suffix(8))"
    }

    static func sku(_ number: Int) -> SKU { SKU(unchecked: "SKU-\(1_000_000 + number)") }
    static func place(_ number: Int) -> LocationID { LocationID(unchecked: "store-\(number)") }
}

extension BenchedLedger {
    /// A catalogue, and stock of each item at each location.
    mutating func stock(items: Int, locations: Int) throws {
        for number in 0..<locations {
            let id = Self.place(number)
            try apply(.upsertLocation(UpsertLocation(id: id, name: "Store \(number)")))
        }
        let words = ["green", "black", "tea", "cup", "pot", "fine", "large", "small", "set", "oak"]
        for number in 0..<items {
            let title = "\(words[number % 10]) \(words[number / 10 % 10]) number \(number)"
            try apply(.upsertItem(UpsertItem(sku: Self.sku(number), title: title)))
        }
        try commit()
        for place in 0..<locations {
            for first in stride(from: 0, to: items, by: 1_000) {
                let lines = (first..<min(first + 1_000, items)).map {
                    StockLine(sku: Self.sku($0), location: Self.place(place), quantity: 1_000_000)
                }
                try apply(.receive(Receive(lines: lines)))
                // A transaction of some ten thousand levels.
                if first / 1_000 % 16 == 15 { try commit() }
            }
        }
        try commit()
    }

    /// An item by chance: each as likely, or the n-th with a likelihood of 1/n, as goods sell.
    private mutating func item(of items: Int, skewed: Bool) -> Int {
        guard skewed else { return Int.random(in: 0..<items, using: &numbers) }
        let exponent = Double.random(in: 0..<1, using: &numbers)
        let rank = min(Int(pow(Double(items), exponent)), items) - 1
        // The best sellers are spread over the catalogue: a stride without a common factor visits all.
        return rank * 7_919 % items
    }

    /// Reservations of one unit that end after ten minutes of log time.
    mutating func reserve(_ count: Int, items: Int, locations: Int, skewed: Bool = false) throws {
        for _ in 0..<count {
            let line = StockLine(
                sku: Self.sku(item(of: items, skewed: skewed)),
                location: Self.place(Int.random(in: 0..<locations, using: &numbers)),
                quantity: 1
            )
            let owner = Owner(kind: .customer, reference: Reference(unchecked: "cart-7"))
            try apply(
                .reserve(
                    Reserve(
                        reservation: ReservationID(unchecked: uuid()),
                        owner: owner,
                        lines: [line],
                        ttl: Milliseconds(60_000)
                    )
                )
            )
        }
        try commit()
    }
}

extension BenchedLedger {
    mutating func resetClocks() {
        applied = .zero
        written = .zero
        checkpointed = .zero
    }
}

/// What this process has used of the processors.
enum ProcessorTime {
    static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
