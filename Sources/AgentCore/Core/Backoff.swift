import Ledger

/// How long to wait before the next attempt: a random part of a pause that doubles ("full jitter"), so
/// that agents that failed together don't come back together.
struct Backoff: Sendable {
    private var attempts: UInt64 = 0

    mutating func next(
        _ settings: AgentSettings,
        using random: inout SeededRandom
    ) -> Milliseconds {
        let ceiling = min(
            settings.backoffMax.rawValue,
            settings.backoffBase.rawValue << min(attempts, 20)
        )
        attempts += 1
        return Milliseconds(UInt64.random(in: 0...ceiling, using: &random))
    }

    mutating func reset() { attempts = 0 }
}

/// SplitMix64: all the randomness that an agent has comes in as its seed.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
