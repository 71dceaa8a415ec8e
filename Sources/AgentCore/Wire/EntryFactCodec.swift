package import Ledger

/// Facts as bytes of the log, and links of a quick hash: for tests and simulation, where nobody forges.
package struct EntryFactCodec: FactCodec {
    /// The only one of its kind.
    package init() {}

    /// The bytes of an entry that submits the fact.
    package func encode(_ fact: Fact, occurredAt time: LogTime) -> EncodedFact {
        let submitted = SubmittedFact(
            hash: .start,
            claimedTime: time,
            content: .known(fact)
        )
        let command = SubmitFacts(
            location: LocationID(unchecked: "-"),
            epoch: 1,
            firstSequence: 1,
            previousHash: .start,
            facts: [submitted]
        )
        var bytes: [UInt8] = []
        LedgerEntry.encode(
            Request(
                id: RequestID(unchecked: "-"),
                actor: Actor(unchecked: "-"),
                command: .submitFacts(command)
            ),
            into: &bytes
        )
        return EncodedFact(
            kind: UInt32(fact.command.kind.rawValue),
            version: 1,
            bytes: bytes
        )
    }

    /// The fact in the entry.
    package func decode(_ encoded: EncodedFact, at location: LocationID) -> Fact? {
        guard encoded.version == 1,
            let entry = try? LedgerEntry.decode(encoded.bytes.span.bytes),
            case .request(let request, digest: _) = entry.content,
            case .submitFacts(let command) = request.command,
            case .known(let fact)? = command.facts.first?.content,
            UInt32(fact.command.kind.rawValue) == encoded.kind,
            fact.violations(at: location).isEmpty
        else { return nil }
        return fact
    }

    /// Four hashes of everything before and in the fact.
    package func link(
        after previous: FactHash,
        epoch: UInt32,
        sequence: UInt64,
        _ encoded: EncodedFact
    ) -> FactHash {
        let head = [UInt64(epoch), sequence, UInt64(encoded.kind), UInt64(encoded.version)]
        func word(_ seed: UInt64) -> UInt64 {
            var hash = seed
            func add(_ value: UInt64) {
                hash = (hash ^ value) &* 0x9E37_79B9_7F4A_7C15
                hash ^= hash >> 29
            }
            let words = previous.words
            for value in [words.0, words.1, words.2, words.3] + head { add(value) }
            for byte in encoded.bytes { add(UInt64(byte)) }
            return hash
        }
        return FactHash(words: (word(1), word(2), word(3), word(4)))
    }
}
