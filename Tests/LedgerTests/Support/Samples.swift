import Ledger
import TestSupport

/// Random values of every shape, for round trips; extremes come often.
struct Samples {
    var random: SplitMix

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func number() -> UInt64 {
        let bits = UInt64.random(in: 0...64, using: &random)
        return bits == 0 ? 0 : random.next() >> (64 - bits)
    }

    mutating func quantity() -> Quantity { Quantity(bitPattern: number()) }

    mutating func bucket() -> Quantity {
        random.pick([
            0, 0, 1, -1, LedgerLimits.bucketMax, -LedgerLimits.bucketMax,
            Quantity.random(in: -1_000...1_000_000, using: &random),
        ])
    }

    mutating func identifier<Identifier: ClientIdentifier>() -> Identifier {
        let text =
            random.once(in: 2)
            ? uuid()
            : String(
                (0..<Int.random(in: 1...64, using: &random)).map { _ in
                    Character(Unicode.Scalar(UInt8.random(in: 0x21...0x7E, using: &random)))
                }
            )
        return Identifier(unchecked: random.once(in: 20) ? text.uppercased() : text)
    }

    mutating func uuid() -> String {
        let digits = Array("0123456789abcdef")
        return String(
            (0..<36).map { index in
                [8, 13, 18, 23].contains(index) ? "-" : random.pick(digits)
            }
        )
    }

    mutating func text() -> String {
        random.pick(["", "Apple", "Äpfel 🍎", "a\u{0}b", String(repeating: "長", count: 200)])
    }

    mutating func maybe<Value>(_ make: (inout Samples) -> Value) -> Value? {
        random.once(in: 2) ? nil : make(&self)
    }

    mutating func many<Value>(_ make: (inout Samples) -> Value) -> [Value] {
        (0..<random.pick([0, 1, 1, 2, 5])).map { _ in make(&self) }
    }

    mutating func time() -> LogTime { LogTime(microseconds: number()) }

    mutating func line() -> StockLine {
        StockLine(sku: identifier(), location: identifier(), quantity: quantity())
    }

    mutating func attribute() -> Attribute { Attribute(name: text(), value: text()) }

    mutating func owner() -> Owner {
        Owner(kind: random.pick([.customer, .store, .order]), reference: identifier())
    }

    mutating func level() -> StockLevel {
        var level = StockLevel()
        level.onHand = bucket()
        level.reserved = bucket()
        level.allotted = bucket()
        level.unavailable = bucket()
        level.incoming = bucket()
        level.safetyStock = bucket()
        level.backorderLimit = bucket()
        level.version = number()
        return level
    }

    mutating func reservation() -> Reservation {
        Reservation(
            id: identifier(),
            owner: owner(),
            state: random.pick([.held, .confirmed, .fulfilled, .released, .expired]),
            lines: many { $0.reservationLine() },
            expireTime: time(),
            maxExpireTime: time(),
            orderReference: maybe { $0.identifier() },
            version: number()
        )
    }

    private mutating func reservationLine() -> ReservationLine {
        var line = ReservationLine(
            sku: identifier(),
            location: identifier(),
            requested: Quantity.random(in: 0...LedgerLimits.bucketMax, using: &random)
        )
        line.fulfilled = Quantity.random(in: 0...line.requested, using: &random)
        line.released = Quantity.random(in: 0...line.requested - line.fulfilled, using: &random)
        if random.once(in: 2) {
            line.returned = Quantity.random(in: 0...line.fulfilled, using: &random)
        }
        return line
    }

    mutating func movement() -> Movement {
        Movement(
            key: LevelKey(rawValue: number()),
            onHand: bucket(),
            reserved: bucket(),
            allotted: bucket(),
            unavailable: bucket(),
            incoming: bucket(),
            after: level()
        )
    }
}
