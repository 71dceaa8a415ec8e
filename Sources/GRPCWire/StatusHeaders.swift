import NIOHPACK

/// The header blocks of answers, and how a status travels in them.
enum StatusHeaders {
    /// The beginning of an ordinary answer.
    static let answer: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
    /// The trailers of an answer that succeeded.
    static let okTrailers: HPACKHeaders = ["grpc-status": "0"]

    /// Trailers behind messages.
    static func trailers(_ status: GRPCStatus, _ metadata: GRPCMetadata) -> HPACKHeaders {
        if status.code == .ok && status.message.isEmpty && metadata.isEmpty { return okTrailers }
        var headers = HPACKHeaders()
        append(status, metadata, to: &headers)
        return headers
    }

    /// An answer that is nothing but trailers.
    static func trailersOnly(
        httpStatus: String = "200",
        _ status: GRPCStatus,
        _ metadata: GRPCMetadata
    ) -> HPACKHeaders {
        var headers: HPACKHeaders = [":status": httpStatus, "content-type": "application/grpc"]
        append(status, metadata, to: &headers)
        return headers
    }

    private static func append(
        _ status: GRPCStatus,
        _ metadata: GRPCMetadata,
        to headers: inout HPACKHeaders
    ) {
        headers.add(name: "grpc-status", value: String(status.code.rawValue))
        if !status.message.isEmpty {
            let message = PercentEncoding.encode(
                status.message,
                bytesMax: GRPCStatus.messageBytesMax
            )
            headers.add(name: "grpc-message", value: message, indexing: .nonIndexable)
        }
        if !status.details.isEmpty && status.details.count <= GRPCStatus.detailsBytesMax {
            headers.add(
                name: "grpc-status-details-bin",
                value: Base64.encode(status.details),
                indexing: .nonIndexable
            )
        }
        if status.code == .unimplemented {
            // Tells a client that compressed its message what we would take.
            headers.add(name: "grpc-accept-encoding", value: "identity")
        }
        metadata.write(to: &headers)
    }

    /// The status in received trailers; without `grpc-status` the answer is nobody's, so `fallback` speaks.
    static func status(in headers: HPACKHeaders, fallback: GRPCStatus) -> GRPCStatus {
        var status = fallback
        var message: String?
        var details: [UInt8] = []
        var hasStatus = false
        for (name, value, _) in headers {
            switch name {
            case "grpc-status":
                hasStatus = true
                status.code = Int(value).flatMap(GRPCStatusCode.init(rawValue:)) ?? .unknown
            case "grpc-message": message = PercentEncoding.decode(value)
            case "grpc-status-details-bin": details = Base64.decode(value) ?? []
            default: break
            }
        }
        guard hasStatus else { return fallback }
        return GRPCStatus(status.code, message ?? "", details: details)
    }

    /// What an HTTP status without gRPC means.
    ///
    /// Source: gRPC, "HTTP to gRPC Status Code Mapping".
    static func status(forHTTP httpStatus: String) -> GRPCStatus {
        let code: GRPCStatusCode =
            switch httpStatus {
            case "400": .internal
            case "401": .unauthenticated
            case "403": .permissionDenied
            case "404": .unimplemented
            case "429", "502", "503", "504": .unavailable
            default: .unknown
            }
        return GRPCStatus(code, "the server answered with HTTP status \(httpStatus)")
    }
}
