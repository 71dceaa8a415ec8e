/// The levels that one command touches, as it would leave them.
///
/// Nothing reaches the state before the command has passed all its checks, so that all lines are
/// done or none, and a level that is touched twice has one movement.
struct LevelSheet {
    /// The bucket that a step adds to.
    enum Bucket {
        case onHand
        case reserved
        case allotted
        case unavailable
        case incoming
    }

    /// The fact that is booked: then nothing is refused for want of stock, or for the state of a
    /// place.
    let cause: FactMark?

    private(set) var movements: [Movement] = []
    private var table = SlotTable<LevelKey>()
    /// Whether a level's settings changed: then every level in the sheet counts as changed.
    private var isEdit = false

    init(cause: FactMark? = nil) { self.cause = cause }

    /// Whether a fact is booked, which has happened whatever the ledger says.
    var isFact: Bool { cause != nil }

    /// What lines are resolved to: a fact's are booked wherever they are.
    func purpose(_ purpose: LinePurpose) -> LinePurpose { isFact ? .record : purpose }

    /// The place of a level in the sheet, loaded at its first use.
    mutating func slot<State: LedgerRows>(
        of key: LevelKey,
        _ state: inout State
    ) throws(State.Failure) -> Int {
        if let slot = table.slot(of: key, in: movements, by: \.key) { return slot }
        movements.append(Movement(key: key, after: try state.level(key)))
        return movements.count - 1
    }

    /// The level as the command would leave it.
    func level(_ slot: Int) -> StockLevel { movements[slot].after }

    /// Adds to a bucket; false, and nothing done, when it would leave its bounds.
    mutating func add(_ delta: Quantity, to bucket: Bucket, _ slot: Int) -> Bool {
        movements[slot].add(delta, to: bucket)
    }

    /// The level as the command would leave it, without a place for it in the sheet.
    mutating func peek<State: LedgerRows>(
        _ key: LevelKey,
        _ state: inout State
    ) throws(State.Failure) -> StockLevel {
        if let slot = table.slot(of: key, in: movements, by: \.key) { return level(slot) }
        return try state.level(key)
    }

    /// Changes the settings of the only level in the sheet: a version of its own, without a movement
    /// of any bucket.
    mutating func setPolicy(safetyStock: Quantity?, backorderLimit: Quantity?, _ slot: Int) {
        precondition(movements.count == 1, "settings change alone")
        if let safetyStock { movements[slot].after.safetyStock = safetyStock }
        if let backorderLimit { movements[slot].after.backorderLimit = backorderLimit }
        movements[slot].after.version += 1
        isEdit = true
    }

    /// Stores what changed and names it in `changes`; conflicts about levels open and end with it.
    func write<State: LedgerRows>(
        to state: inout State,
        _ changes: inout LedgerChanges
    ) throws(State.Failure) {
        for movement in movements where isEdit || movement.changes {
            let before = isEdit ? try state.level(movement.key) : movement.before
            if before.isAmiss || movement.after.isAmiss {
                try LedgerRules.noteConflicts(movement, before, cause, &state)
            }
            state.setLevel(movement.after, key: movement.key)
            changes.levels.append(movement.key)
        }
    }

    /// The journal's movements: of the levels that really changed.
    var changedMovements: [Movement] {
        isEdit || movements.allSatisfy(\.changes) ? movements : movements.filter(\.changes)
    }
}

extension Movement {
    /// The buckets before it; the settings are those after it.
    fileprivate var before: StockLevel {
        var before = after
        before.onHand -= onHand
        before.reserved -= reserved
        before.allotted -= allotted
        before.unavailable -= unavailable
        before.incoming -= incoming
        return before
    }

    /// Whether any bucket moved.
    fileprivate var changes: Bool {
        onHand | reserved | allotted | unavailable | incoming != 0
    }

    fileprivate mutating func add(_ delta: Quantity, to bucket: LevelSheet.Bucket) -> Bool {
        let changedBefore = changes
        let done =
            switch bucket {
            case .onHand: Self.add(delta, &onHand, &after.onHand)
            case .reserved: Self.add(delta, &reserved, &after.reserved)
            case .allotted: Self.add(delta, &allotted, &after.allotted)
            case .unavailable: Self.add(delta, &unavailable, &after.unavailable)
            case .incoming: Self.add(delta, &incoming, &after.incoming)
            }
        // One version more however often the command touches the level, none if nothing is left of it.
        switch (changedBefore, changes) {
        case (false, true): after.version += 1
        case (true, false): after.version -= 1
        default: break
        }
        return done
    }

    private static func add(
        _ delta: Quantity,
        _ sum: inout Quantity,
        _ bucket: inout Quantity
    ) -> Bool {
        let (value, overflow) = bucket.addingReportingOverflow(delta)
        guard !overflow, value.magnitude <= LedgerLimits.bucketMax.magnitude else { return false }
        bucket = value
        sum += delta
        return true
    }
}
