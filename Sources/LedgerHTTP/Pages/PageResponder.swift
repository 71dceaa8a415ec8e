import Hummingbird
import NIOCore

/// Answers with the storefront, the operations page, and the files that they are made of.
///
/// Browsers ask again each time and mostly get a 304: after an upgrade nobody mixes old files with new.
struct PageResponder {
    private let files = PageFiles.shared

    /// The answer to a `GET` or `HEAD` of a page or a file.
    func respond(to request: Request, _ target: RequestTarget) -> Response {
        let name = target.segments.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard target.route == .page || !name.hasSuffix(".html") else {
            return Problem.notFound.reply.response(omitsBody: request.method == .head)
        }
        return respond(to: request, file: name)
    }

    /// The answer with a file by its name.
    func respond(to request: Request, file name: String) -> Response {
        guard let file = files.files[name] else {
            return Problem.notFound.reply.response(omitsBody: request.method == .head)
        }
        let encodings = request.headers[values: .acceptEncoding].joined(separator: ",")
        let compressed = Gzip.isAccepted(encodings) ? file.compressed : nil
        var fields = Self.securityFields
        fields[.vary] = "accept-encoding"
        fields[.contentType] = file.contentType
        fields[.cacheControl] = "no-cache"
        fields[.eTag] = file.tag.text(isCompressed: compressed != nil)
        if let field = request.headers[.ifNoneMatch], file.tag.match(ifNoneMatch: field) != nil {
            fields[.contentType] = nil
            return Response(status: .notModified, headers: fields)
        }
        let body = compressed ?? file.body
        if compressed != nil { fields[.contentEncoding] = "gzip" }
        fields[.contentLength] = "\(body.readableBytes)"
        return Response(
            status: .ok,
            headers: fields,
            body: request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: body)
        )
    }

    /// What a page may do: load from here, and nothing else.
    ///
    /// No inline script or style, so that nothing that came out of the ledger can ever run.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "img-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private static let securityFields: HTTPFields = {
        var fields = HTTPFields()
        fields[.contentSecurityPolicy] = contentSecurityPolicy
        fields[.xContentTypeOptions] = "nosniff"
        let others = [
            ("referrer-policy", "no-referrer"), ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"), ("x-frame-options", "DENY"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ]
        for (name, value) in others {
            if let name = HTTPFields.Element.Name(name) { fields[name] = value }
        }
        return fields
    }()
}
