import Crypto
public import Ledger

/// The links of a store's chain of facts.
///
/// ```
/// SHA-256( link before (32 bytes) ‖ epoch (4) ‖ sequence (8) ‖ kind (4) ‖ version (4) ‖ payload )
/// ```
/// Numbers are big-endian. The agent makes the links; the node that takes facts in makes them again
/// from what it was sent, so that a link in the ledger stands for the bytes before it.
public enum FactChain {
    /// The link of a fact.
    public static func link(
        after previous: FactHash,
        epoch: UInt32,
        sequence: UInt64,
        kind: UInt32,
        version: UInt32,
        payload: some Sequence<UInt8>
    ) -> FactHash {
        var bytes = previous.bytes
        append(epoch, to: &bytes)
        append(sequence, to: &bytes)
        append(kind, to: &bytes)
        append(version, to: &bytes)
        bytes.append(contentsOf: payload)
        guard let link = FactHash(bytes: Array(SHA256.hash(data: bytes))) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        return link
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
