import Ledger

/// What must be considered before the operation that returns next: a persistent set.
///
/// Of all open operations, one returns first; it needs its place before anything that begins after
/// that. Only what shares a variable with it, directly or through others, can matter to it. The rest is
/// independent of all of these, so whatever it does can as well be done later, and the search need not
/// try it here (Godefroid's persistent sets). That is what makes parts of a history cheap whose
/// operations are linked only by a few that touch several keys.
struct Neighbourhood {
    /// The operation that returns first.
    let returning: Int
    /// By when it returns.
    let deadline: Deadline
    /// All of its neighbours, itself among them, in no particular order.
    private(set) var operations: [Int] = []
    /// Reservations that may expire before it.
    private(set) var holds: [Slot] = []

    /// Marks that need not be cleared between uses.
    struct Marks {
        fileprivate var operations: [Int]
        fileprivate var slots: [Int]
        fileprivate var holds: [Int]
        fileprivate var current = 0

        init(operations: Int, variables: Int) {
            self.operations = Array(repeating: 0, count: operations)
            slots = Array(repeating: 0, count: variables)
            holds = Array(repeating: 0, count: variables)
        }
    }

    init(
        of returning: Int,
        by instant: HistoryInstant,
        in configuration: Configuration,
        _ marks: inout Marks
    ) {
        self.returning = returning
        deadline = Deadline(instant, configuration.problem)
        marks.current += 1
        var slots: [Slot] = []
        add(returning, configuration.problem, &marks, &slots)
        var next = 0
        while next < slots.count {
            addOperations(touching: slots[next], configuration, &marks, &slots)
            addHolds(touching: slots[next], configuration, &marks, &slots)
            next += 1
        }
    }

    private mutating func add(
        _ operation: Int,
        _ problem: SearchProblem,
        _ marks: inout Marks,
        _ slots: inout [Slot]
    ) {
        guard marks.operations[operation] != marks.current else { return }
        marks.operations[operation] = marks.current
        operations.append(operation)
        for slot in problem.footprints[operation] { add(slot, &marks, &slots) }
    }

    private func add(_ slot: Slot, _ marks: inout Marks, _ slots: inout [Slot]) {
        guard marks.slots[slot.index] != marks.current else { return }
        marks.slots[slot.index] = marks.current
        slots.append(slot)
    }

    private mutating func addOperations(
        touching slot: Slot,
        _ configuration: Configuration,
        _ marks: inout Marks,
        _ slots: inout [Slot]
    ) {
        let problem = configuration.problem
        var found: [Int] = []
        configuration.open.forEach(touching: slot) { operation in
            guard problem.begins[operation] <= deadline.instant else { return false }
            found.append(operation)
            return true
        }
        for operation in found { add(operation, problem, &marks, &slots) }
    }

    /// A hold's expiry changes all levels of its lines.
    private mutating func addHolds(
        touching slot: Slot,
        _ configuration: Configuration,
        _ marks: inout Marks,
        _ slots: inout [Slot]
    ) {
        var touching = configuration.state.holds[slot.index]
        if configuration.state.reservations[slot.index]?.isHeld ?? false { touching.append(slot) }
        for hold in touching where marks.holds[hold.index] != marks.current {
            guard let held = configuration.state.reservations[hold.index],
                deadline.allows(held),
                !configuration.isHeldBack(held, at: slot)
            else { continue }
            marks.holds[hold.index] = marks.current
            holds.append(hold)
            for level in held.levels { add(level, &marks, &slots) }
            add(hold, &marks, &slots)
        }
    }
}
