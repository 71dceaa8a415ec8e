import Histories
import Ledger

/// Somebody who asks for one thing after another, and goes to the next node when one fails.
struct SimulatedClient: Sendable {
    struct Operation: Sendable {
        let wish: ClientWish
        /// Its place in the history; none for what is no part of it.
        let call: CallID?
        /// Attempts from here on are its own.
        let firstAttempt: Int32
        /// Attempts without an answer.
        var outstanding: [Int32] = []
        var attempts = 0
        /// Some attempt may have been written, or may still be.
        var mayBeWritten = false
        /// The client goes away at the first trouble.
        let isFickle: Bool
        /// It is asked until it is answered.
        let isPersistent: Bool
    }

    let number: Int
    var operation: Operation?
    var lastAttempt: Int32 = 0
    var lastRequest = 0
    /// The highest position that it was told.
    var seen = Position(0)
    /// The reservations that it asked for lately.
    var reservations: [ReservationID] = []
    /// Requests that were answered, to be asked again.
    var answered: [ClientWish] = []

    init(number: Int) { self.number = number }

    mutating func remember(_ reservation: ReservationID) {
        reservations.append(reservation)
        if reservations.count > 6 { reservations.removeFirst() }
    }

    mutating func remember(_ wish: ClientWish) {
        answered.append(wish)
        if answered.count > 20 { answered.removeFirst() }
    }
}
