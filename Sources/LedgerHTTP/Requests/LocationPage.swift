import Ledger
import LedgerStore

/// Which of an item's locations are asked for: pages in the order of their ids.
struct LocationPage: Equatable, Sendable {
    var size: Int
    /// Those behind it; nil for the first page.
    var after: LocationID?

    /// Reads a page's token, which belongs to one SKU.
    init(size: Int, token: String?, of sku: SKU) throws(Problem) {
        self.size = size
        guard let token else { return }
        do throws(PageToken.Flaw) {
            let place = try PageToken(token, fingerprint: Self.fingerprint(sku)).place
            after = LocationID(String(decoding: place, as: UTF8.self))
        } catch {
            throw .invalid("page_token", error.reason)
        }
    }

    /// The token of the page behind `last`.
    static func token(after last: LocationID, of sku: SKU) -> String {
        PageToken(fingerprint: fingerprint(sku), place: Array(last.text.utf8)).text
    }

    private static func fingerprint(_ sku: SKU) -> UInt64 {
        var hash = QuestionHash(kind: 4)
        hash.add(sku.text)
        return hash.value
    }
}
