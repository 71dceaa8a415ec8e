import Ledger

/// The second look, at the parts in which a sum was wrong: everything in them is compared one by one, and
/// what differs is named.
///
/// Only some parts of each kind are looked into, so that the memory it takes is bounded however much is wrong.
struct DamageSearch: StoreCheckVisitor {
    /// Parts that are looked into, of each kind.
    static let partsMax = 16

    /// The parts of one kind.
    struct Parts {
        let chosen: Set<Int>
        let skipped: Int

        init(_ sheet: BalanceSheet) {
            let all = sheet.differences
            chosen = Set(all.prefix(DamageSearch.partsMax))
            skipped = all.count - chosen.count
        }

        func contains(_ keyHash: UInt64) -> Bool {
            !chosen.isEmpty && chosen.contains(BalanceSheet.part(keyHash))
        }
    }

    private(set) var faults: [LedgerViolation] = []
    private let chain: Parts
    private let promised: Parts
    private let versions: Parts
    private let edits: Parts
    private let identities: Parts
    private let traces: Parts
    private let hasher: IdentityHasher
    private let forgotten: UInt64
    private let tracer: TraceTerms
    private let describe: (LevelKey) -> String

    private var stored: [LevelKey: StockLevel] = [:]
    private var moved: [LevelKey: StockLevel] = [:]
    private var broken: Set<LevelKey> = []
    /// By names and bucket: what the level says less what open promises say.
    private var promises: [UInt64: Promise] = [:]
    private var known: [UInt64: (version: UInt64, name: String)] = [:]
    private var edited: [UInt64: (count: Int64, version: Int64, name: String)] = [:]
    /// What rows have made, as it is now.
    private var settled: [(hash: UInt64, version: UInt64, text: String)] = []
    private var wantedIdentities: Set<IdentityKey> = []
    private var wantedTraces: Set<TraceKey> = []

    private struct Promise {
        var bucket: UInt64
        var level: Int64 = 0
        var open: Int64 = 0
        var name: String
    }

    private struct IdentityKey: Hashable {
        var hash: UInt64
        var sequence: UInt64
    }

    private struct TraceKey: Hashable {
        var term: TraceTerm
        var sequence: UInt64
    }

    init(
        _ check: LedgerCheck,
        hasher: IdentityHasher,
        forgotten: UInt64,
        tracer: TraceTerms,
        describe: @escaping (LevelKey) -> String
    ) {
        chain = Parts(check.chain)
        promised = Parts(check.promised)
        versions = Parts(check.versions)
        edits = Parts(check.edits)
        identities = Parts(check.identities)
        traces = Parts(check.traces)
        self.hasher = hasher
        self.forgotten = forgotten
        self.tracer = tracer
        self.describe = describe
    }

    /// Whether there is anything to look for.
    var isNeeded: Bool {
        ![chain, promised, versions, edits, identities, traces].allSatisfy(\.chosen.isEmpty)
    }

    /// Named at the first look.
    mutating func fault(_ invariant: Int, _ detail: String) {}

    private mutating func report(_ invariant: Int, _ detail: String) {
        faults.append(LedgerViolation(invariant: invariant, detail: detail))
    }

    // MARK: - Levels

    mutating func visit(_ level: StockLevel, key: LevelKey, names: UInt64) {
        if chain.contains(SlotHash.of(key.rawValue)) { stored[key] = level }
        for (bucket, quantity) in [
            (Bucket.reserved, level.reserved), (Bucket.allotted, level.allotted),
            (Bucket.incoming, level.incoming),
        ] {
            let hash = BalanceHash.of(names, bucket)
            guard promised.contains(hash) else { continue }
            promises[hash, default: Promise(bucket: bucket, name: describe(key))].level = quantity
        }
    }

    mutating func visit(_ record: StoreRecord, key: StoreRecordKey, names: UInt64, name: String) {
        guard case .allotment(let allotment) = record else { return }
        let hash = BalanceHash.of(names, Bucket.allotted)
        guard promised.contains(hash) else { return }
        let name = describe(LevelKey(rawValue: key.place))
        promises[hash, default: Promise(bucket: Bucket.allotted, name: name)].open +=
            allotment.allotted
    }

    mutating func visit(_ row: JournalRow, bytes: RawSpan) throws(StoreError) {
        for movement in row.movements where chain.contains(SlotHash.of(movement.key.rawValue)) {
            follow(movement, row.sequence)
        }
        if row.outcome?.isRefusal != true {
            if let name = row.versioned(hasher) { step(name, row.sequence) }
            if let name = row.editedName, edits.contains(name) {
                let text = row.document?.text ?? row.offer.map { "the offer of \($0.sku)" } ?? ""
                edited[name, default: (0, 0, text)].count += 1
            }
        }
        if !identities.chosen.isEmpty {
            for hash in row.identities(hasher, forgotten: forgotten)
            where identities.contains(SlotHash.of(hash)) {
                wantedIdentities.insert(IdentityKey(hash: hash, sequence: row.sequence))
            }
        }
        guard !traces.chosen.isEmpty else { return }
        for term in try tracer.terms(of: row) where traces.contains(SlotHash.of(term.rawValue)) {
            wantedTraces.insert(TraceKey(term: term, sequence: row.sequence))
        }
    }

    private mutating func follow(_ movement: Movement, _ sequence: UInt64) {
        let key = movement.key
        let before = moved[key] ?? StockLevel()
        if !before.hasSameBuckets(as: movement.before), broken.insert(key).inserted {
            report(
                2,
                "\(describe(key)): journal row \(sequence) begins with \(movement.before.buckets), "
                    + "the row before it left \(before.buckets)"
            )
        }
        moved[key] = movement.after
    }

    // MARK: - Versions

    private mutating func step(
        _ name: (hash: UInt64, version: UInt64, text: String),
        _ sequence: UInt64
    ) {
        guard versions.contains(name.hash << 1) else { return }
        let before = known[name.hash]?.version ?? (name.text.hasPrefix("sale") ? 1 : 0)
        if name.version != before + 1 {
            report(
                10,
                "\(name.text): journal row \(sequence) makes version \(name.version) of "
                    + "version \(before)"
            )
        }
        known[name.hash] = (name.version, name.text)
    }

    private mutating func settle(_ hash: UInt64, _ version: UInt64, _ text: String) {
        guard versions.contains(hash << 1) else { return }
        let last = known.removeValue(forKey: hash)?.version ?? 0
        if last != version {
            report(10, "\(text) is at version \(version), the journal made \(last)")
        }
    }

    mutating func visit(_ reservation: Reservation, key: UInt64, isCarried: Bool) {
        let made = isCarried ? reservation.version : reservation.version - 1
        // Rows behind the one that made it may come; what it is now is compared at the end.
        if versions.contains(hasher.hash(reservation.id) << 1) {
            settled.append((hasher.hash(reservation.id), made, "reservation \(reservation.id)"))
        }
        guard reservation.isOpen else { return }
        for line in reservation.lines where line.open != 0 {
            let bucket = reservation.owner.kind == .store ? Bucket.allotted : Bucket.reserved
            promise(line.open, bucket, line.sku, line.location)
        }
    }

    private mutating func promise(
        _ quantity: Int64,
        _ bucket: UInt64,
        _ sku: SKU,
        _ location: LocationID
    ) {
        let hash = BalanceHash.of(StoreCheckWalk.names(sku, location), bucket)
        guard promised.contains(hash) else { return }
        let name = "\(sku) at \(location)"
        promises[hash, default: Promise(bucket: bucket, name: name)].open += quantity
    }

    mutating func visit(_ sale: Sale) {
        guard versions.contains(hasher.hash(sale.id) << 1) else { return }
        settled.append((hasher.hash(sale.id), sale.version, "sale \(sale.id)"))
    }

    mutating func visit(_ transfer: Transfer) {
        if versions.contains(hasher.hash(transfer.id) << 1) {
            settled.append((hasher.hash(transfer.id), transfer.version, "transfer \(transfer.id)"))
        }
        for line in transfer.lines where line.inTransit != 0 {
            promise(line.inTransit, Bucket.incoming, line.sku, transfer.to)
        }
    }

    // MARK: - Edits

    mutating func visit(_ item: Item, key: ItemKey) {
        edit(EditedName.item(item.sku), item.version, "item \(item.sku)")
    }

    mutating func visit(_ location: Location, key: LocationKey) {
        edit(EditedName.location(location.id), location.version, "location \(location.id)")
    }

    mutating func visit(_ offer: Offer, key: LevelKey) {
        let name = EditedName.offer(offer.sku, offer.location)
        edit(name, offer.version, "the offer of \(offer.sku) at \(offer.location)")
    }

    private mutating func edit(_ name: UInt64, _ version: UInt64, _ text: String) {
        guard edits.contains(name) else { return }
        edited[name, default: (0, 0, text)].version = Int64(version)
    }

    // MARK: - Indexes

    mutating func visit(_ identity: IdentityEntry) {
        guard identities.contains(SlotHash.of(identity.hash)) else { return }
        let key = IdentityKey(hash: identity.hash, sequence: identity.sequence)
        if wantedIdentities.remove(key) == nil {
            report(8, "the index of identities names row \(identity.sequence) for what it is not")
        }
    }

    mutating func visit(_ trace: TraceEntry) {
        guard traces.contains(SlotHash.of(trace.term.rawValue)) else { return }
        if wantedTraces.remove(TraceKey(term: trace.term, sequence: trace.sequence)) == nil {
            report(10, "the journal's index names row \(trace.sequence) for what it is not about")
        }
    }

    // MARK: - The end

    /// What is known to be wrong once everything was seen.
    mutating func finish() -> [LedgerViolation] {
        for key in Set(stored.keys).union(moved.keys).sorted() {
            let level = stored[key] ?? StockLevel()
            let sum = moved[key] ?? StockLevel()
            guard !level.hasSameBuckets(as: sum) else { continue }
            report(
                level.version == sum.version ? 2 : 10,
                "\(describe(key)): stored are \(level.buckets), the journal left \(sum.buckets)"
            )
        }
        let promises = promises.values.sorted { ($0.name, $0.bucket) < ($1.name, $1.bucket) }
        for promise in promises where promise.level != promise.open {
            let bucket = ["reserved", "allotted", "incoming"][Int(promise.bucket) - 1]
            report(
                promise.bucket == Bucket.incoming ? 5 : 1,
                "\(promise.name): \(bucket) are \(promise.level), open are \(promise.open)"
            )
        }
        for (hash, version, text) in settled { settle(hash, version, text) }
        for (_, left) in known.sorted(by: { $0.key < $1.key }) {
            report(10, "\(left.name) is in the journal at version \(left.version) only")
        }
        for (_, edit) in edited.sorted(by: { $0.value.name < $1.value.name })
        where edit.count != edit.version {
            report(10, "\(edit.name) has version \(edit.version), and \(edit.count) edits")
        }
        for key in wantedIdentities.sorted(by: { $0.sequence < $1.sequence }) {
            report(8, "the index of identities lacks a name of row \(key.sequence)")
        }
        for key in wantedTraces.sorted(by: { $0.sequence < $1.sequence }) {
            report(10, "the journal's index lacks row \(key.sequence) under what it is about")
        }
        for (kind, parts) in [
            ("levels", chain), ("promises", promised), ("versions", versions), ("edits", edits),
            ("identities", identities), ("traces", traces),
        ] where parts.skipped > 0 {
            report(10, "\(parts.skipped) more parts of the \(kind) differ, not looked into")
        }
        return faults
    }
}
