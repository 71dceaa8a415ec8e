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
    /// Not a proper HTTP/2 request (RFC 9113, 8.3); its stream must be reset.
    private(set) var isMalformed = false

    init(_ headers: HPACKHeaders) {
        var method = ""
        var contentType = ""
        var acceptsTrailers = false
        var pseudoHeaders = PseudoHeaders()
        var isPastPseudoHeaders = false
        for (name, value, _) in headers {
            if name.utf8.first == UInt8(ascii: ":") {
                if isPastPseudoHeaders || !pseudoHeaders.add(name) { isMalformed = true }
            } else {
                isPastPseudoHeaders = true
                if Self.isForbidden(name) { isMalformed = true }
            }
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
        if !pseudoHeaders.isSuperset(of: .required) { isMalformed = true }
        // Checked last, so that what makes it no gRPC at all wins over the rest.
        if !acceptsTrailers { refuse("400", .internal, "te: trailers is required") }
        if !Self.isGRPC(contentType) {
            refuse("415", .unknown, "content-type must be application/grpc")
        }
        if method != "POST" { refuse("405", .internal, "the method must be POST") }
    }

    private struct PseudoHeaders: OptionSet {
        let rawValue: UInt8
        static let method = Self(rawValue: 1)
        static let scheme = Self(rawValue: 2)
        static let path = Self(rawValue: 4)
        static let authority = Self(rawValue: 8)
        static let required: Self = [.method, .scheme, .path]

        /// Notes that `name` came; false if it came before, or doesn't belong in a request.
        mutating func add(_ name: String) -> Bool {
            switch name {
            case ":method": insert(.method).inserted
            case ":scheme": insert(.scheme).inserted
            case ":path": insert(.path).inserted
            case ":authority": insert(.authority).inserted
            default: false
            }
        }
    }

    /// Names with capitals, and those that HTTP/2 keeps out because they are a connection's business.
    private static func isForbidden(_ name: String) -> Bool {
        if name.utf8.contains(where: { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }) {
            return true
        }
        switch name {
        case "", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
            return true
        default: return false
        }
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
