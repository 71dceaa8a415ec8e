package import AgentCore
package import Ledger
import LedgerAPI

/// Facts as `estoque.v1.FactPayload`, and links of SHA-256: what nodes read and make again.
package struct ProtobufFactCodec: FactCodec {
    /// The only one of its kind.
    package init() {}

    /// The payload.
    package func encode(_ fact: Fact, occurredAt time: LogTime) -> EncodedFact {
        let payload = FactPayload.encode(fact, occurredAt: time)
        return EncodedFact(
            kind: payload.kind,
            version: payload.version,
            bytes: payload.bytes
        )
    }

    /// What the payload says.
    package func decode(_ encoded: EncodedFact, at location: LocationID) -> Fact? {
        let content = FactPayload.decode(
            kind: encoded.kind,
            version: encoded.version,
            bytes: encoded.bytes,
            at: location
        )
        guard case .known(let fact) = content else { return nil }
        return fact
    }

    /// The link.
    package func link(
        after previous: FactHash,
        epoch: UInt32,
        sequence: UInt64,
        _ encoded: EncodedFact
    ) -> FactHash {
        FactChain.link(
            after: previous,
            epoch: epoch,
            sequence: sequence,
            kind: encoded.kind,
            version: encoded.version,
            payload: encoded.bytes
        )
    }
}
