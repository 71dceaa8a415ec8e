import Ledger

/// The operations that have no place in the order yet: by variable, and by when they end.
///
/// Doubly linked lists ("dancing links"): whatever is taken out can be put back in constant time, as
/// long as it is put back in the opposite order.
final class OpenOperations {
    /// The open operations that touch one variable, by when they begin.
    private struct Node {
        let operation: Int
        var previous: Int
        var next: Int
    }

    /// One node an operation and variable; the first nodes are the heads of the lists.
    private var nodes: [Node]
    /// By operation: its first node; the others follow.
    private var firstNodes: [Int] = []
    private var logTimes: OpenMinima<LogTime>
    private var versions: OpenMinima<UInt64>
    private(set) var isOpen: [Bool]
    /// The open operations that must find a place, by when they end; the last one is the head.
    private var nextToEnd: [Int]
    private var previousToEnd: [Int]
    private let footprints: [[Slot]]

    init(_ problem: SearchProblem) {
        let count = problem.operations.count
        let variables = problem.variables.variables.count
        nodes = (0..<variables).map { Node(operation: -1, previous: $0, next: $0) }
        isOpen = Array(repeating: true, count: count)
        nextToEnd = Array(repeating: count, count: count + 1)
        previousToEnd = Array(repeating: count, count: count + 1)
        footprints = problem.footprints
        logTimes = OpenMinima(variables: variables, operations: count)
        versions = OpenMinima(variables: variables, operations: count)
        for (index, footprint) in footprints.enumerated() {
            firstNodes.append(nodes.count)
            for slot in footprint { append(index, to: slot) }
        }
        for (index, operation) in problem.operations.enumerated() {
            if let logTime = operation.logTime {
                for slot in operation.footprint { logTimes.add(logTime, index, at: slot) }
            }
            for demand in operation.demands {
                versions.add(demand.versionMax, index, at: demand.slot)
            }
        }
        logTimes.sort()
        versions.sort()
    }

    private func append(_ operation: Int, to slot: Slot) {
        let node = nodes.count
        let last = nodes[slot.index].previous
        nodes.append(Node(operation: operation, previous: last, next: slot.index))
        nodes[last].next = node
        nodes[slot.index].previous = node
    }

    // MARK: - Those that must find a place

    /// Begins a part of the history: its operations, which must all be open, in the list by end.
    func begin(_ part: [Int], _ ends: [HistoryInstant?]) {
        let head = ends.count
        nextToEnd[head] = head
        previousToEnd[head] = head
        let ending = part.compactMap { index in
            ends[index].map { (end: $0, operation: index) }
        }
        for entry in ending.sorted(by: { ($0.end, $0.operation) < ($1.end, $1.operation) }) {
            let last = previousToEnd[head]
            nextToEnd[last] = entry.operation
            previousToEnd[entry.operation] = last
            nextToEnd[entry.operation] = head
            previousToEnd[head] = entry.operation
        }
    }

    /// The open operation that ends first, of those that must find a place.
    var firstToEnd: Int? {
        let head = isOpen.count
        return nextToEnd[head] == head ? nil : nextToEnd[head]
    }

    // MARK: - Taking out and putting back

    /// Takes out an operation that has found its place.
    func close(_ operation: Int, ends: Bool) {
        isOpen[operation] = false
        let first = firstNodes[operation]
        for node in first..<(first + footprints[operation].count) {
            nodes[nodes[node].previous].next = nodes[node].next
            nodes[nodes[node].next].previous = nodes[node].previous
        }
        guard ends else { return }
        nextToEnd[previousToEnd[operation]] = nextToEnd[operation]
        previousToEnd[nextToEnd[operation]] = previousToEnd[operation]
    }

    /// Puts back the operation that was taken out last.
    func reopen(_ operation: Int, ends: Bool) {
        isOpen[operation] = true
        if ends {
            nextToEnd[previousToEnd[operation]] = operation
            previousToEnd[nextToEnd[operation]] = operation
        }
        let first = firstNodes[operation]
        for node in (first..<(first + footprints[operation].count)).reversed() {
            nodes[nodes[node].previous].next = node
            nodes[nodes[node].next].previous = node
        }
        logTimes.reopen(operation)
        versions.reopen(operation)
    }

    // MARK: - By variable

    /// Calls `body` with every open operation that touches a variable, by when they begin, until it
    /// says that this is enough.
    func forEach(touching slot: Slot, _ body: (Int) -> Bool) {
        var node = nodes[slot.index].next
        while node != slot.index {
            guard body(nodes[node].operation) else { return }
            node = nodes[node].next
        }
    }

    /// The least known log time among the open operations that touch a variable.
    func leastLogTime(touching slot: Slot) -> LogTime? {
        logTimes.least(at: slot) { isOpen[$0] }
    }

    /// The greatest version that a variable may have if all open operations are still to fit; nil if
    /// any will do.
    func versionMax(of slot: Slot) -> UInt64? {
        versions.least(at: slot) { isOpen[$0] }
    }
}
