import Raft
import Testing

/// The codec: what is written is read, and hostile bytes give an error, never a trap.
struct CodecTests {
    static let configuration =
        Configuration(
            voters: ["n1", "n2"],
            outgoing: ["n2", "n3"],
            learners: ["n4"],
            learnersNext: ["n3"]
        )
        ?? .empty

    static let envelopes: [Envelope] = {
        let last = LogPosition(index: 77, term: 9)
        let entries = [
            Entry(term: 8, index: 78, kind: .command, payload: Array("sale".utf8)),
            Entry(term: 9, index: 79, kind: .configuration, payload: configuration.encoded),
            Entry(term: 9, index: 80, kind: EntryKind(rawValue: 200), payload: [1, 2, 3]),
            Entry(term: 9, index: 81, kind: .noop, payload: []),
        ]
        let logged = LoggedConfiguration(index: 77, configuration: configuration)
        let messages: [Message] = [
            .preVoteRequest(PreVoteRequest(last: last)),
            .preVoteReply(PreVoteReply(isGranted: true)),
            .voteRequest(VoteRequest(last: last, isForced: true)),
            .voteReply(VoteReply(isGranted: false)),
            .append(Append(previous: last, commit: 70, entries: entries)),
            .append(Append(previous: .zero, commit: 0, entries: [])),
            .appendReply(.accepted(match: 81, room: 1 << 20, applied: 80)),
            .appendReply(.rejected(previous: 80, hint: last)),
            .heartbeat(Heartbeat(commit: 7, sequence: 3)),
            .heartbeatReply(HeartbeatReply(sequence: 3, applied: 2)),
            .timeoutNow(TimeoutNow(last: last)),
            .snapshot(SnapshotOffer(last: last, configuration: logged)),
            .snapshotReply(SnapshotReply(match: 77, isInstalled: true)),
        ]
        return messages.map { Envelope(from: "node-1", to: "node-2", term: 9, message: $0) }
    }()

    private func encoded(_ envelope: Envelope) -> [UInt8] {
        var bytes: [UInt8] = []
        envelope.encode(into: &bytes)
        return bytes
    }

    @Test(arguments: envelopes)
    func `every message comes back as it was`(envelope: Envelope) throws {
        let bytes = encoded(envelope)
        #expect(try Envelope(decoding: bytes.span.bytes) == envelope)
    }

    @Test(arguments: envelopes)
    func `every truncation of a message is an error`(envelope: Envelope) {
        let bytes = encoded(envelope)
        for count in 0..<bytes.count {
            let cut = Array(bytes.prefix(count))
            #expect(throws: CodecError.self) { try Envelope(decoding: cut.span.bytes) }
        }
        #expect(throws: CodecError.trailingBytes(at: bytes.count)) {
            try Envelope(decoding: (bytes + [0]).span.bytes)
        }
    }

    /// A flipped byte may still be a message, but then exactly the one that these bytes encode.
    @Test(arguments: envelopes)
    func `no flipped byte of a message traps, and what decodes encodes to the same bytes`(
        envelope: Envelope
    ) {
        let bytes = encoded(envelope)
        for place in bytes.indices {
            for flip: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
                var changed = bytes
                changed[place] ^= flip
                guard let decoded = try? Envelope(decoding: changed.span.bytes) else { continue }
                #expect(encoded(decoded) == changed)
            }
        }
    }

    @Test func `random bytes never trap`() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<5_000 {
            var bytes = (0..<random.next() % 80).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
            if bytes.count > 2 {
                bytes[0] = 1
                bytes[1] = UInt8(random.next() % 13)
            }
            guard let decoded = try? Envelope(decoding: bytes.span.bytes) else { continue }
            #expect(encoded(decoded) == bytes)
        }
    }

    @Test func `an entry comes back as it was, wherever it stands`() throws {
        let entries = [
            Entry(term: 1, index: 1, kind: .noop, payload: []),
            Entry(term: 3, index: 2, kind: EntryKind(rawValue: 99), payload: [9, 8, 7]),
        ]
        var bytes: [UInt8] = [0xAA]
        for entry in entries { entry.encode(into: &bytes) }
        #expect(bytes.count == 1 + entries.reduce(0) { $0 + $1.encodedByteCount })
        var cursor = ByteCursor(offset: 1)
        for entry in entries {
            #expect(try Entry(decoding: bytes.span.bytes, at: &cursor) == entry)
        }
        try cursor.requireEnd(of: bytes.span.bytes)
    }

    @Test func `lengths are checked against the limits before anything is allocated`() {
        var limits = CodecLimits()
        limits.payloadBytesMax = 10
        var bytes: [UInt8] = []
        Entry(term: 1, index: 1, kind: .command, payload: [UInt8](repeating: 1, count: 11))
            .encode(into: &bytes)
        #expect(throws: CodecError.limitExceeded(.payloadBytes, found: 11)) {
            var cursor = ByteCursor()
            _ = try Entry(decoding: bytes.span.bytes, at: &cursor, limits: limits)
        }

        // Four thousand million entries are claimed, and none is there.
        let empty = Append(previous: .zero, commit: 0, entries: [])
        var message = encoded(Envelope(from: "a", to: "b", term: 1, message: .append(empty)))
        message.replaceSubrange((message.count - 4)..., with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: CodecError.limitExceeded(.appendEntries, found: 0xFFFF_FFFF)) {
            try Envelope(decoding: message.span.bytes)
        }
        message.replaceSubrange((message.count - 4)..., with: [0xFF, 0xFF, 0, 0])
        #expect(throws: CodecError.truncated(at: message.count)) {
            try Envelope(decoding: message.span.bytes)
        }
    }

    @Test func `numbers that could overflow are refused`() {
        var bytes = encoded(
            Envelope(
                from: "a",
                to: "b",
                term: 1,
                message: .snapshotReply(SnapshotReply(match: 1, isInstalled: true))
            )
        )
        bytes[bytes.count - 2] = 0xFF
        #expect(throws: CodecError.numberTooLarge(0xFF00_0000_0000_0001)) {
            try Envelope(decoding: bytes.span.bytes)
        }
    }

    @Test func `a configuration has one encoding, and no other is taken`() throws {
        let bytes = Self.configuration.encoded
        #expect(try Configuration(payload: bytes) == Self.configuration)
        // The first list is n1, n2: with the names exchanged it is not sorted.
        var exchanged = bytes
        exchanged.swapAt(5, 8)
        #expect(throws: CodecError.badConfiguration(at: 1)) {
            try Configuration(payload: exchanged)
        }
        // A learner that votes as well.
        let twice = Configuration(voters: ["n1"], learners: ["n1"])
        #expect(twice == nil)
        #expect(throws: CodecError.trailingBytes(at: bytes.count)) {
            try Configuration(payload: bytes + [0])
        }
    }

    @Test(arguments: [("", false), ("n1", true), ("n 1", false), ("é", false), ("a\n", false)])
    func `a node's name is printable`(name: String, isValid: Bool) {
        #expect((NodeID(name) != nil) == isValid)
    }

    @Test func `a node's name has at most 64 characters`() {
        #expect(NodeID(String(repeating: "n", count: 64)) != nil)
        #expect(NodeID(String(repeating: "n", count: 65)) == nil)
    }
}
