import Ledger

/// When a hold expires, and which one it is.
struct Expiry: Comparable {
    var time: LogTime
    /// The hold's key: the sequence of the journal row that created it.
    var key: UInt64

    static func < (left: Self, right: Self) -> Bool {
        left.time == right.time ? left.key < right.key : left.time < right.time
    }
}

/// A binary heap with the least expiry on top.
struct ExpiryHeap {
    private var nodes: [Expiry] = []

    var first: Expiry? { nodes.first }
    var count: Int { nodes.count }

    mutating func insert(_ expiry: Expiry) {
        nodes.append(expiry)
        var child = nodes.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            // Most holds have the same time to live, so the newest is the last to expire.
            guard expiry < nodes[parent] else { break }
            nodes[child] = nodes[parent]
            child = parent
        }
        nodes[child] = expiry
    }

    mutating func removeFirst() {
        guard let last = nodes.popLast(), !nodes.isEmpty else { return }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < nodes.count else { break }
            if child + 1 < nodes.count, nodes[child + 1] < nodes[child] { child += 1 }
            guard nodes[child] < last else { break }
            nodes[parent] = nodes[child]
            parent = child
        }
        nodes[parent] = last
    }

    /// Replaces everything at once.
    mutating func replaceAll(_ expiries: [Expiry]) {
        // A sorted array is a heap.
        nodes = expiries.sorted()
    }
}
