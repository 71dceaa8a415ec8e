import Ledger

/// What a cart may ask of a hold.
enum HoldAction: String, Sendable {
    /// `POST /v1/holds`
    case take
    /// `POST /v1/holds/{reservation}:extend`
    case extend
    /// `POST /v1/holds/{reservation}:confirm`
    case confirm
    /// `POST /v1/holds/{reservation}:release`
    case release

    /// The members that its body may have.
    var members: Set<String> {
        switch self {
        case .take: ["requestId", "cart", "reservation", "replaces", "lines", "ttlMs"]
        case .extend: ["requestId", "cart", "ttlMs"]
        case .confirm: ["requestId", "cart", "order"]
        case .release: ["requestId", "cart"]
        }
    }

    /// Reads `{reservation}:{action}`, one segment of a path.
    static func parse(
        _ segment: ArraySlice<UInt8>?
    ) throws(Problem) -> (action: HoldAction, reservation: ReservationID) {
        guard let text = segment.flatMap(PercentEncoding.decode),
            let colon = text.lastIndex(of: ":"),
            let action = HoldAction(rawValue: String(text[text.index(after: colon)...])),
            action != .take
        else { throw .notFound }
        // What others named by hand could be guessed, so only what nobody can guess is touched here.
        guard let id = ReservationID(String(text[..<colon])), id.uuid != nil else {
            throw .invalid("reservation", HoldBody.notAUUID)
        }
        return (action, id)
    }
}
