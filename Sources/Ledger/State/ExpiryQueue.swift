/// Open holds in the order in which they expire: a binary heap.
///
/// A hold that was extended or closed leaves its old place behind; `prune` drops such places from the
/// top, so that the top is always true.
struct ExpiryQueue: Sendable {
    /// When which hold expires.
    struct Place: Equatable, Comparable, Sendable {
        let time: LogTime
        /// The order of creation settles equal times.
        let creation: UInt64
        let id: ReservationID

        static func < (left: Place, right: Place) -> Bool {
            (left.time, left.creation) < (right.time, right.creation)
        }
    }

    private var heap: [Place] = []

    var first: Place? { heap.first }

    mutating func insert(_ place: Place) {
        heap.append(place)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Drops places from the top until one is current.
    mutating func prune(while isStale: (Place) -> Bool) {
        while let top = heap.first, isStale(top) { removeFirst() }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right] < heap[left] ? right : left
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
