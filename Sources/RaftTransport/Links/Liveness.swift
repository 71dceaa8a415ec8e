/// Decides, tick by tick, whether a connection is dead and whether it is time for a sign of life.
///
/// Ticks are counted and no clock is read, so activity costs nothing per frame.
struct Liveness {
    /// What a tick asks for.
    enum Advice: Equatable {
        case nothing
        case speak
        case giveUp
    }

    private let silentTicksMax: Int
    private let quietTicksMax: Int
    private var silentTicks = 0
    private var quietTicks = 0

    init(silentTicksMax: Int) {
        self.silentTicksMax = silentTicksMax
        quietTicksMax = max(silentTicksMax / 4, 1)
    }

    /// Bytes arrived.
    mutating func heard() { silentTicks = 0 }

    /// Bytes were written.
    mutating func spoke() { quietTicks = 0 }

    mutating func tick() -> Advice {
        silentTicks += 1
        quietTicks += 1
        if silentTicks > silentTicksMax { return .giveUp }
        return quietTicks >= quietTicksMax ? .speak : .nothing
    }
}
