public import Ledger

extension RequestID {
    /// A new random one.
    public static func mint() -> RequestID {
        var random = SystemRandomNumberGenerator()
        return mint(using: &random)
    }

    /// A new one, as random as the generator.
    public static func mint(using random: inout some RandomNumberGenerator) -> RequestID {
        RequestID(unchecked: UUIDText.mint(using: &random))
    }
}

extension ReservationID {
    /// A new random one.
    public static func mint() -> ReservationID {
        var random = SystemRandomNumberGenerator()
        return mint(using: &random)
    }

    /// A new one, as random as the generator.
    public static func mint(using random: inout some RandomNumberGenerator) -> ReservationID {
        ReservationID(unchecked: UUIDText.mint(using: &random))
    }
}
