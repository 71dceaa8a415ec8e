import NIOCore
import NIOHPACK

/// What the headers of a request say, read in one pass.
struct RequestHead {
    /// How a request fails before it reaches a method.
    struct Refusal {
        var httpStatus: String
        var status: GRPCStatus
    }

    private(set) var path = ""
    private(set) var authority = ""
    private(set) var timeout: TimeAmount?
    private(set) var refusal: Refusal?

    init(_ headers: HPACKHeaders) {
        var method = ""
        var contentType = ""
        var acceptsTrailers = false
        for (name, value, _) in headers {
            switch name {
            case ":path": path = value
            case ":method": method = value
            case ":authority": authority = value
            case "host": if authority.isEmpty { authority = value }
            case "content-type": contentType = value
            case "te": acceptsTrailers = acceptsTrailers || value == "trailers"
            case "grpc-timeout": read(timeout: value)
            case "grpc-encoding": read(encoding: value)
            default: break
            }
        }
        // Checked last, so that what makes it no gRPC at all wins over the rest.
        if !acceptsTrailers { refuse("400", .internal, "te: trailers is required") }
        if !Self.isGRPC(contentType) {
            refuse("415", .unknown, "content-type must be application/grpc")
        }
        if method != "POST" { refuse("405", .internal, "the method must be POST") }
    }

    private mutating func refuse(_ httpStatus: String, _ code: GRPCStatusCode, _ message: String) {
        refusal = Refusal(httpStatus: httpStatus, status: GRPCStatus(code, message))
    }

    private mutating func read(timeout text: String) {
        timeout = GRPCTimeout.parse(text)
        if timeout == nil { refuse("200", .internal, "malformed grpc-timeout") }
    }

    private mutating func read(encoding: String) {
        if encoding != "identity" {
            refuse("200", .unimplemented, "compressed messages are not supported")
        }
    }

    /// `application/grpc`, alone or followed by `+format` or `;parameters`; grpc-web is another protocol.
    static func isGRPC(_ contentType: String) -> Bool {
        if contentType == "application/grpc" { return true }
        return contentType.hasPrefix("application/grpc+")
            || contentType.hasPrefix("application/grpc;")
    }
}
