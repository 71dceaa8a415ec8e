import Ledger
import Replica

/// A node's two clocks: one that only ever goes on, at a rate of its own, and the wall's.
struct SimulatedClock: Sendable {
    /// So many of the clock's seconds pass in a million true ones.
    let ratePPM: UInt64
    /// What the clock showed when the world began; readings of two nodes have nothing in common.
    let offset: Nanoseconds
    /// How far the wall clock is from the truth.
    private(set) var wallErrorMicroseconds: Int64

    /// A wall clock is never wrong by more: clients ask again within a day of the ledger's time, the
    /// time for which it remembers its answers.
    static let wallErrorMicrosecondsMax: Int64 = 6 * 3_600_000_000

    /// The wall clock's true reading at the world's beginning.
    static let epochMicroseconds: Int64 = 1_700_000_000_000_000

    /// The node's monotonic clock.
    func reading(at time: WorldTime) -> NodeInstant {
        let product = time.nanoseconds.multipliedFullWidth(by: ratePPM)
        let elapsed = UInt64(1_000_000).dividingFullWidth(product).quotient
        return NodeInstant(nanoseconds: offset + elapsed)
    }

    /// How many ticks of a length the clock has counted.
    func ticks(of length: Nanoseconds, at time: WorldTime) -> UInt64 {
        reading(at: time).nanoseconds / length
    }

    /// When the clock showed this, at the latest.
    func trueTime(of reading: NodeInstant) -> WorldTime {
        let elapsed = reading.nanoseconds - offset
        let product = elapsed.multipliedFullWidth(by: 1_000_000)
        return WorldTime(nanoseconds: ratePPM.dividingFullWidth(product).quotient)
    }

    /// The wall clock is set, forwards or back.
    mutating func jump(byMicroseconds jump: Int64) {
        let limit = Self.wallErrorMicrosecondsMax
        wallErrorMicroseconds = min(max(wallErrorMicroseconds + jump, -limit), limit)
    }

    func wallMicroseconds(at time: WorldTime) -> UInt64 {
        let elapsed = Int64((reading(at: time).nanoseconds - offset) / 1_000)
        return UInt64(max(0, Self.epochMicroseconds + elapsed + wallErrorMicroseconds))
    }
}
