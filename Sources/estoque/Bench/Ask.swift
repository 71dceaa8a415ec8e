import Ledger
import NIOCore

/// One reservation that the generator asks for, with what it takes to ask again.
struct Ask {
    var request: RandomUUID
    var reservation: RandomUUID
    /// Which of the stock's places it takes from.
    var place: Int32
    var customer: Int32
    /// When it was first sent.
    var began: NIODeadline
}

/// The stock that the generator takes from: a number of SKUs at each of some locations.
///
/// The names are of this run alone, and all of one length, so that they can be patched in place.
struct BenchStock: Sendable {
    let skus: [SKU]
    let locations: [LocationID]

    static let customers = 10_000

    init(_ plan: BenchPlan, run: String) {
        skus = (0..<(plan.isHot ? 1 : plan.skus))
            .map { SKU(unchecked: "bench-\(run)-" + Self.number($0, digits: 6)) }
        locations = (0..<(plan.isHot ? 1 : plan.locations))
            .map { LocationID(unchecked: "bench-" + Self.number($0, digits: 4)) }
    }

    /// A run's own name.
    static func newRun() -> String {
        var random = SystemRandomNumberGenerator()
        let digits = String(random.next() as UInt64, radix: 36)
        return String((String(repeating: "0", count: 8) + digits).suffix(8))
    }

    /// The places where there is stock.
    var places: Int { skus.count * locations.count }

    func sku(_ place: Int32) -> SKU { skus[Int(place) / locations.count] }
    func location(_ place: Int32) -> LocationID { locations[Int(place) % locations.count] }

    static func customer(_ number: Int32) -> Reference {
        Reference(unchecked: "customer-" + Self.number(Int(number), digits: 5))
    }

    private static func number(_ value: Int, digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// The request of an ask, for those that are asked one by one.
    func request(_ ask: Ask) -> Request {
        request(
            id: RequestID(unchecked: ask.request.text),
            reservation: ReservationID(unchecked: ask.reservation.text),
            place: ask.place,
            customer: Self.customer(ask.customer)
        )
    }

    func request(
        id: RequestID,
        reservation: ReservationID,
        place: Int32,
        customer: Reference
    ) -> Request {
        Request(
            id: id,
            actor: LoadNames.actor,
            command: .reserve(
                Reserve(
                    reservation: reservation,
                    owner: Owner(kind: .customer, reference: customer),
                    lines: [StockLine(sku: sku(place), location: location(place), quantity: 1)],
                    ttl: Milliseconds(600_000)
                )
            )
        )
    }
}
