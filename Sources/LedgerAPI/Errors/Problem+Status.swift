import Foundation
package import Ledger
import SwiftProtobuf

/// The standard form of an error in unary calls: a `google.rpc.Status`, serialized.
extension Problem {
    /// The value of the trailer `grpc-status-details-bin`, at most 4 KiB.
    ///
    /// Long lists are cut: clients of gRPC take 8 KiB of headers by default. The message names the
    /// first entry and says how many there are.
    ///
    /// `answer` is the one that carried the refusal; its position, time and replay mark join the
    /// metadata.
    package func statusBytes(of answer: Answer? = nil) -> [UInt8] {
        var info = RPCErrorInfo()
        info.reason = reason.rawValue
        info.domain = Self.domain
        info.metadata = metadata
        if let answer {
            info.metadata[MetadataName.position] = String(answer.position.rawValue)
            info.metadata[MetadataName.logTime] = String(answer.logTime.microseconds)
            info.metadata[MetadataName.replayed] = String(answer.replayed)
        }
        var status = RPCStatus()
        status.code = Int32(code.rawValue)
        status.message = message
        status.details = [.packing(info)]
        if !violations.isEmpty {
            var request = RPCBadRequest()
            request.fieldViolations = fitting(violations) { violation in
                violation.field.utf8.count + violation.description.utf8.count
            }.map { violation in
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
        switch detail {
        case .insufficientStock(let shortages):
            status.details.append(.packing(ProtoInsufficientStock(fitting(shortages))))
        case .exceedsOpenQuantity(let shortages):
            status.details.append(.packing(ProtoExceedsOpenQuantity(fitting(shortages))))
        case .versionMismatch(let current):
            status.details.append(.packing(ProtoVersionMismatch(current: current)))
        case nil: break
        }
        return status.wireBytes
    }

    /// A list has this many bytes of a status at most.
    private static let listBytesMax = 2_048

    private func fitting(_ shortages: [Shortage]) -> ArraySlice<Shortage> {
        // Both numbers have ten bytes at most.
        fitting(shortages) { $0.sku.text.utf8.count + ($0.location?.text.utf8.count ?? 0) + 20 }
    }

    /// The first entries, as many as fit; each has some bytes of framing beside its content.
    private func fitting<Entry>(
        _ entries: [Entry],
        bytes: (Entry) -> Int
    ) -> ArraySlice<Entry> {
        var rest = Self.listBytesMax
        return entries.prefix { entry in
            rest -= bytes(entry) + 10
            return rest >= 0
        }
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
        } else if let stock = detail.unpacked(ProtoInsufficientStock.self) {
            self.detail = .insufficientStock(stock.shortages.compactMap(Shortage.init))
        } else if let open = detail.unpacked(ProtoExceedsOpenQuantity.self) {
            self.detail = .exceedsOpenQuantity(open.shortages.compactMap(Shortage.init))
        } else if let version = detail.unpacked(ProtoVersionMismatch.self) {
            self.detail = .versionMismatch(current: version.currentVersion)
        }
    }

    private mutating func takeAnswer() -> Answer? {
        guard let position = metadata[MetadataName.position].flatMap({ UInt64($0) }),
            let logTime = metadata[MetadataName.logTime].flatMap({ UInt64($0) }),
            let replayed = metadata[MetadataName.replayed].flatMap({ Bool($0) })
        else { return nil }
        for name in [MetadataName.position, MetadataName.logTime, MetadataName.replayed] {
            metadata[name] = nil
        }
        return Refusal(self).map {
            Answer(
                position: Position(position),
                logTime: LogTime(microseconds: logTime),
                outcome: .refused($0),
                replayed: replayed
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
