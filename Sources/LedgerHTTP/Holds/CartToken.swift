import Crypto
import Ledger

/// The secret of a cart: whoever knows it may change the cart's holds.
///
/// There are no accounts, so a browser makes one up. It never gets into the ledger: a hold belongs to its
/// digest, and journal, history and events, which anyone may read, don't give it away.
struct CartToken: Equatable, Sendable {
    private let text: String

    /// 22 characters in base64url are 128 bits.
    static let charactersMin = 22
    static let charactersMax = 128

    /// Nil when it is too short to be a secret, or no printable ASCII.
    init?(_ text: String) {
        guard (Self.charactersMin...Self.charactersMax).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        self.text = text
    }

    /// To whom the ledger says that a hold of this cart belongs.
    var owner: Owner {
        let digits = Array("0123456789abcdef")
        let digest = SHA256.hash(data: Array(text.utf8)).prefix(16)
            .flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }
        return Owner(kind: .customer, reference: Reference(unchecked: "web:" + String(digest)))
    }
}
