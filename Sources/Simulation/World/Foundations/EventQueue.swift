/// What will happen, by time; of events at the same time, the one scheduled first comes first.
struct TimedQueue<Event: Sendable>: Sendable {
    private struct Place: Sendable {
        let time: WorldTime
        let order: UInt64
        let event: Event

        func isBefore(_ other: Place) -> Bool {
            time != other.time ? time < other.time : order < other.order
        }
    }

    private var heap: [Place] = []
    private var lastOrder: UInt64 = 0

    var count: Int { heap.count }

    mutating func schedule(_ event: Event, at time: WorldTime) {
        lastOrder += 1
        heap.append(Place(time: time, order: lastOrder, event: event))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (time: WorldTime, event: Event)? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return (last.time, last.event) }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            guard least != parent else { return (first.time, first.event) }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
