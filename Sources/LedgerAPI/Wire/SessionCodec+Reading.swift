import Ledger
import SwiftProtobuf

extension SessionCodec {
    /// Reads a `SessionRequest`; throws the problem to end the call with when it is none.
    package static func sessionRequests(
        from bytes: RawSpan
    ) throws(Problem) -> [TaggedRequest] {
        if let requests = try? entries(bytes, taggedRequest) {
            return try limited(requests)
        }
        let proto: ProtoSessionRequest = try message(bytes)
        return try limited(proto.commands.map { TaggedRequest(tag: $0.tag, $0.command) })
    }

    /// Reads a `BatchRequest`, tagging the commands with their indices; throws the problem to
    /// answer with when it is none.
    package static func batchRequests(
        from bytes: RawSpan
    ) throws(Problem) -> [TaggedRequest] {
        var index: UInt64 = 0
        let requests = try? entries(bytes) { (bytes, range) throws(UnusualMessage) in
            defer { index += 1 }
            return TaggedRequest(tag: index, request: try command(bytes, range))
        }
        if let requests { return try limited(requests) }
        let proto: ProtoBatchRequest = try message(bytes)
        return try limited(
            proto.commands.enumerated().map { TaggedRequest(tag: UInt64($0), $1) }
        )
    }

    /// Reads a `SessionResponse` or a `BatchResponse`; nil when it is none, or an answer in it makes
    /// no sense here.
    package static func results(from bytes: RawSpan) -> [TaggedResult]? {
        if let results = try? entries(bytes, taggedResult) { return results }
        guard let proto: ProtoSessionResponse = try? message(bytes) else { return nil }
        var results: [TaggedResult] = []
        results.reserveCapacity(proto.answers.count)
        for answer in proto.answers {
            guard let result = CommandResult(answer) else { return nil }
            results.append(TaggedResult(tag: answer.tag, result: result))
        }
        return results
    }
}

extension SessionCodec {
    private static func message<Content: Message>(
        _ bytes: RawSpan
    ) throws(Problem) -> Content {
        let copy = bytes.withUnsafeBytes { [UInt8]($0) }
        do {
            return try Content(serializedBytes: copy)
        } catch {
            throw .notAMessage
        }
    }

    private static func limited(
        _ requests: [TaggedRequest]
    ) throws(Problem) -> [TaggedRequest] {
        guard requests.count <= APILimits.commandsPerMessageMax else {
            let violation = FieldViolation(
                field: "commands",
                description: "must be at most \(APILimits.commandsPerMessageMax)"
            )
            throw Problem(InvalidRequest(violations: [violation]))
        }
        return requests
    }

    /// The entries of a list that is all there is in the message, in field 1.
    private static func entries<Entry>(
        _ bytes: RawSpan,
        _ read: (RawSpan, Range<Int>) throws(UnusualMessage) -> Entry
    ) throws(UnusualMessage) -> [Entry] {
        var entries: [Entry] = []
        // A guess that is right for small commands.
        entries.reserveCapacity(bytes.byteCount / 128 + 1)
        var cursor = ProtobufCursor(0..<bytes.byteCount)
        while let key = try cursor.key(bytes) {
            guard key == FieldKey.block(1) else { throw UnusualMessage() }
            entries.append(try read(bytes, cursor.block(bytes)))
        }
        return entries
    }

    private static func taggedRequest(
        _ bytes: RawSpan,
        _ range: Range<Int>
    ) throws(UnusualMessage) -> TaggedRequest {
        var tag: UInt64?
        var block: Range<Int>?
        var cursor = ProtobufCursor(range)
        while let key = try cursor.key(bytes) {
            switch key {
            case FieldKey.number(1): try setOnce(&tag, cursor.varint(bytes))
            case FieldKey.block(2): try setOnce(&block, cursor.block(bytes))
            default: throw UnusualMessage()
            }
        }
        guard let block else { throw UnusualMessage() }
        return TaggedRequest(tag: tag ?? 0, request: try command(bytes, block))
    }

    /// One command, fast or by way of its generated message; bytes that are no `Command` make the
    /// whole message unusual.
    private static func command(
        _ bytes: RawSpan,
        _ range: Range<Int>
    ) throws(UnusualMessage) -> Result<IncomingRequest, InvalidRequest> {
        if let request = try? RequestReader.command(bytes, range) {
            return .success(IncomingRequest(request: request))
        }
        let copy = bytes.withUnsafeBytes { [UInt8]($0[range]) }
        guard let proto = try? ProtoCommand(serializedBytes: copy) else { throw UnusualMessage() }
        return Result { () throws(InvalidRequest) in try IncomingRequest(proto) }
    }

    private static func taggedResult(
        _ bytes: RawSpan,
        _ range: Range<Int>
    ) throws(UnusualMessage) -> TaggedResult {
        var tag: UInt64?
        var answer: Answer?
        var cursor = ProtobufCursor(range)
        while let key = try cursor.key(bytes) {
            switch key {
            case FieldKey.number(1): try setOnce(&tag, cursor.varint(bytes))
            case FieldKey.block(2):
                try setOnce(&answer, AnswerReader.answer(bytes, cursor.block(bytes)))
            default: return try slowResult(bytes, range)
            }
        }
        guard let answer else { throw UnusualMessage() }
        return TaggedResult(tag: tag ?? 0, result: .answered(answer))
    }

    private static func slowResult(
        _ bytes: RawSpan,
        _ range: Range<Int>
    ) throws(UnusualMessage) -> TaggedResult {
        let copy = bytes.withUnsafeBytes { [UInt8]($0[range]) }
        guard let proto = try? ProtoTaggedAnswer(serializedBytes: copy),
            let result = CommandResult(proto)
        else { throw UnusualMessage() }
        return TaggedResult(tag: proto.tag, result: result)
    }
}

extension TaggedRequest {
    fileprivate init(tag: UInt64, _ proto: ProtoCommand) {
        self.init(
            tag: tag,
            request: Result { () throws(InvalidRequest) in try IncomingRequest(proto) }
        )
    }
}
