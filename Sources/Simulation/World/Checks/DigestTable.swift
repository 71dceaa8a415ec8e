import Ledger

/// The digest of the ledger after each entry, as the first node that got there had it.
struct DigestTable: Sendable {
    private var digests: [UInt64?] = []

    func digest(at position: Position) -> UInt64? {
        let place = Int(position.rawValue)
        return digests.indices.contains(place) ? digests[place] : nil
    }

    mutating func check(_ mark: DigestMark) throws(Violation) {
        let place = Int(mark.position.rawValue)
        while digests.count <= place { digests.append(nil) }
        guard let known = digests[place] else {
            digests[place] = mark.digest
            return
        }
        guard known == mark.digest else {
            throw Violation(.equalDigests, "two nodes differ at position \(place)")
        }
    }
}
