import Ledger

/// A history prepared for the search: operations over numbered variables, in the order in which they
/// begin.
///
/// What the search asks again and again is kept apart from the operations, by their index. (A class
/// because it is shared and never changes.)
final class SearchProblem: Sendable {
    let operations: [ModelOperation]
    let variables: VariableTable
    let logTimes: LogTimeFacts
    /// The log time that an operation's entry has passed.
    let earliestLogTimes: [LogTime]
    let begins: [HistoryInstant]
    let ends: [HistoryInstant?]
    let footprints: [[Slot]]
    let arePassive: [Bool]
    let areReads: [Bool]
    /// An operation's place in the order of hints.
    let ranks: [Int]
    /// The log time that an operation has by the hints, at the latest; nil without any after it.
    let hintedLogTimes: [LogTime?]
    /// The operations that have nothing to do with each other, apart; each part in order.
    ///
    /// Linearizability is local: a history is linearizable if and only if each object's part of it is
    /// (Herlihy and Wing). Operations here may touch several variables; whatever is touched together is
    /// one object, so the parts are the connected components of the variables.
    let parts: [[Int]]

    init(_ evidence: Evidence, _ options: HistoryOptions) {
        var compiler = OperationCompiler(evidence)
        let operations = compiler.operations()
        self.operations = operations
        variables = compiler.variables
        let facts = LogTimeFacts(evidence, latest: options.latestLogTime)
        logTimes = facts
        earliestLogTimes = operations.map { facts.least(from: $0.begin) }
        begins = operations.map(\.begin)
        ends = operations.map(\.end)
        footprints = operations.map(\.footprint)
        arePassive = operations.map(\.isPassive)
        areReads = operations.map { if case .read = $0.action { true } else { false } }
        var ranks = Array(repeating: 0, count: operations.count)
        let hinted = operations.indices.sorted { first, second in
            (operations[first].hint, first) < (operations[second].hint, second)
        }
        for (rank, index) in hinted.enumerated() { ranks[index] = rank }
        self.ranks = ranks
        var hintedLogTimes: [LogTime?] = Array(repeating: nil, count: operations.count)
        var next: LogTime?
        for index in hinted.reversed() {
            next = operations[index].logTime ?? next
            hintedLogTimes[index] = next
        }
        self.hintedLogTimes = hintedLogTimes
        parts = Self.parts(footprints, variables: compiler.variables.variables.count)
    }

    private static func parts(_ footprints: [[Slot]], variables: Int) -> [[Int]] {
        var sets = DisjointSets(count: variables)
        for footprint in footprints {
            for slot in footprint.dropFirst() { sets.join(footprint[0].index, slot.index) }
        }
        var parts: [[Int]] = []
        var partOfRoot: [Int: Int] = [:]
        for (index, footprint) in footprints.enumerated() {
            // Without a footprint it depends on nothing, and is a part of its own.
            let root = footprint.first.map { sets.root(of: $0.index) }
            if let root, let part = partOfRoot[root] {
                parts[part].append(index)
            } else {
                if let root { partOfRoot[root] = parts.count }
                parts.append([index])
            }
        }
        return parts
    }
}

/// Which numbers belong together (union-find with path halving).
struct DisjointSets {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    mutating func root(of element: Int) -> Int {
        var element = element
        while parents[element] != element {
            parents[element] = parents[parents[element]]
            element = parents[element]
        }
        return element
    }

    /// The lower root becomes that of both.
    mutating func join(_ first: Int, _ second: Int) {
        let roots = (root(of: first), root(of: second))
        parents[max(roots.0, roots.1)] = min(roots.0, roots.1)
    }
}
