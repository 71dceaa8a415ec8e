import Foundation
package import Ledger
import SwiftProtobuf

/// The standard form of an error in unary calls: a `google.rpc.Status`, serialized.
extension Problem {
    /// The value of the trailer `grpc-status-details-bin`, at most 4 KiB.
    ///
    /// Long lists are cut (``fitting``).
    ///
    /// `answer` is the one that carried the refusal; its position, time and replay mark join the
    /// metadata.
    package func statusBytes(of answer: Answer? = nil) -> [UInt8] {
        fitting.wholeStatusBytes(of: answer)
    }

    private func wholeStatusBytes(of answer: Answer?) -> [UInt8] {
        var info = RPCErrorInfo()
        info.reason = reason.rawValue
        info.domain = Self.domain
        info.metadata = metadata
        if let answer {
            info.metadata[MetadataName.position] = String(answer.position.rawValue)
            info.metadata[MetadataName.logTime] = String(answer.logTime.microseconds)
            info.metadata[MetadataName.replayed] = String(answer.replayed)
            if answer.validated { info.metadata[MetadataName.validated] = String(true) }
        }
        var status = RPCStatus()
        status.code = Int32(code.rawValue)
        status.message = message
        status.details = [.packing(info)]
        if !violations.isEmpty {
            var request = RPCBadRequest()
            request.fieldViolations = violations.map { violation in
                var field = RPCBadRequest.FieldViolation()
                field.field = violation.field
                field.description_p = violation.description
                return field
            }
            status.details.append(.packing(request))
        }
        if let retryDelay {
            var retry = RPCRetryInfo()
            retry.retryDelay = Google_Protobuf_Duration(retryDelay)
            status.details.append(.packing(retry))
        }
        if let detail { status.details.append(detail.proto.packed) }
        return status.wireBytes
    }

    /// Reads the trailer `grpc-status-details-bin`; nil when it has no `ErrorInfo` of this domain.
    ///
    /// Details of kinds that are unknown here are passed over. `answer` is what ``statusBytes(of:)``
    /// was given, when the problem is a refusal that is known here.
    package static func decode(
        statusBytes: [UInt8]
    ) -> (problem: Problem, answer: Answer?)? {
        guard let status = try? RPCStatus(serializedBytes: statusBytes),
            let info = status.details.lazy.compactMap({ $0.unpacked(RPCErrorInfo.self) })
                .first(where: { $0.domain == domain })
        else { return nil }
        var problem = Problem(
            code: StatusCode(rawValue: Int(status.code)) ?? .unknown,
            reason: Reason(rawValue: info.reason),
            message: status.message,
            metadata: info.metadata
        )
        for detail in status.details { problem.take(detail) }
        let answer = problem.takeAnswer()
        return (problem, answer)
    }

    private mutating func take(_ detail: Google_Protobuf_Any) {
        if let request = detail.unpacked(RPCBadRequest.self) {
            violations = request.fieldViolations.map {
                FieldViolation(field: $0.field, description: $0.description_p)
            }
        } else if let retry = detail.unpacked(RPCRetryInfo.self) {
            retryDelay = Milliseconds(retry.retryDelay)
        } else if let known = ProtoProblem.OneOf_Detail(unpacking: detail) {
            self.detail = Detail(known)
        }
    }

    private mutating func takeAnswer() -> Answer? {
        guard let position = metadata[MetadataName.position].flatMap({ UInt64($0) }),
            let logTime = metadata[MetadataName.logTime].flatMap({ UInt64($0) }),
            let replayed = metadata[MetadataName.replayed].flatMap({ Bool($0) })
        else { return nil }
        let validated = metadata[MetadataName.validated].flatMap { Bool($0) } ?? false
        for name in [
            MetadataName.position, MetadataName.logTime, MetadataName.replayed,
            MetadataName.validated,
        ] {
            metadata[name] = nil
        }
        return Refusal(self).map {
            Answer(
                position: Position(position),
                logTime: LogTime(microseconds: logTime),
                outcome: .refused($0),
                replayed: replayed,
                validated: validated
            )
        }
    }
}

extension Google_Protobuf_Any {
    private static let typePrefix = "type.googleapis.com/"

    static func packing<Detail: Message>(_ detail: Detail) -> Self {
        var packed = Self()
        packed.typeURL = typePrefix + Detail.protoMessageName
        packed.value = Data(detail.wireBytes)
        return packed
    }

    func unpacked<Detail: Message>(_ type: Detail.Type) -> Detail? {
        guard typeURL == Self.typePrefix + Detail.protoMessageName else { return nil }
        return try? Detail(serializedBytes: value)
    }
}

extension Google_Protobuf_Duration {
    init(_ duration: Milliseconds) {
        self.init(
            seconds: Int64(clamping: duration.rawValue / 1_000),
            nanos: Int32(duration.rawValue % 1_000) * 1_000_000
        )
    }
}

extension Milliseconds {
    /// A negative duration is none.
    init(_ duration: Google_Protobuf_Duration) {
        let whole = UInt64(clamping: duration.seconds).multipliedReportingOverflow(by: 1_000)
        let part = UInt64(clamping: duration.nanos / 1_000_000)
        let sum = whole.partialValue.addingReportingOverflow(part)
        self.init(whole.overflow || sum.overflow ? .max : sum.partialValue)
    }
}
