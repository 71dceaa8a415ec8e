import GRPCWire
import Ledger
import LedgerAPI
import NIOCore

/// What the generator needs to know of an answer.
enum CommandEnd: Equatable {
    /// The reservation is in the ledger.
    case acknowledged
    /// It is not, and never will be: why.
    case refused(String)
    /// Nobody knows, or it isn't yet: ask again. Why.
    case open(String)
}

extension CommandEnd {
    /// How a call ended.
    init(_ status: GRPCStatus) {
        self = Self.isFinal(status.code.rawValue) ? .refused("\(status)") : .open("\(status)")
    }

    /// Whether asking again would bring no other answer.
    private static func isFinal(_ code: Int) -> Bool {
        switch GRPCStatusCode(rawValue: code) {
        case .invalidArgument, .notFound, .alreadyExists, .permissionDenied, .failedPrecondition,
            .aborted, .outOfRange, .unimplemented, .unauthenticated:
            true
        default: false
        }
    }

    /// What became of a command, in full.
    fileprivate init(_ result: CommandResult) {
        switch result {
        case .answered(let answer):
            if case .refused(let refusal) = answer.outcome {
                self = .refused(Problem(refusal).message)
            } else {
                self = .acknowledged
            }
        case .failed(let problem):
            let text = "\(problem.reason): \(problem.message)"
            self = Self.isFinal(problem.code.rawValue) ? .refused(text) : .open(text)
        }
    }
}

/// Reads just so much of the answers to a Session or a Batch as the generator needs.
enum AnswerScan {
    /// Calls `body` with each entry's tag and what it says; false if the message is broken.
    static func entries(
        _ bytes: RawSpan,
        _ body: (UInt64, CommandEnd) -> Void
    ) -> Bool {
        var offset = 0
        let end = bytes.byteCount
        while offset < end {
            let start = offset
            guard bytes[offset] == 0x0A else { return false }
            offset += 1
            guard let length = varint(bytes, &offset, end), length <= UInt64(end - offset) else {
                return false
            }
            let entryEnd = offset + Int(length)
            if let tag = tagOfAnswer(bytes, offset..<entryEnd) {
                body(tag, .acknowledged)
            } else {
                // A refusal or a problem: seldom, and worth reading in full.
                let message = bytes.extracting(start..<entryEnd)
                guard let results = SessionCodec.results(from: message) else { return false }
                for result in results { body(result.tag, CommandEnd(result.result)) }
            }
            offset = entryEnd
        }
        return true
    }

    /// The tag of an entry that has one, then field 2, an answer, and no more: the common case.
    private static func tagOfAnswer(_ bytes: RawSpan, _ range: Range<Int>) -> UInt64? {
        var offset = range.lowerBound
        var tag: UInt64 = 0
        if offset < range.upperBound, bytes[offset] == 0x08 {
            offset += 1
            guard let number = varint(bytes, &offset, range.upperBound) else { return nil }
            tag = number
        }
        guard offset < range.upperBound, bytes[offset] == 0x12 else { return nil }
        offset += 1
        guard let length = varint(bytes, &offset, range.upperBound),
            length == UInt64(range.upperBound - offset)
        else { return nil }
        return tag
    }

    private static func varint(_ bytes: RawSpan, _ offset: inout Int, _ end: Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < end, shift < 64 {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}

extension RawSpan {
    /// One byte; checked.
    fileprivate subscript(offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
