import NIOCore

/// What is the same for as long as the program runs: the description of the API.
enum StaticPages {
    /// The page of a route, nil for every other route.
    static func reply(to route: Route) -> Reply? {
        switch route {
        case .openAPI: description
        case .docs: docs
        case .docsStyle: style
        default: nil
        }
    }

    private static let description: Reply = {
        var body = ByteBuffer()
        body.writeJSON(OpenAPI.document)
        body.writeStaticString("\n")
        return page("application/json", body)
    }()

    private static let docs: Reply = {
        var reply = page("text/html; charset=utf-8", ByteBuffer(string: DocsPage().html))
        reply.fields.append(("content-security-policy", policy))
        reply.fields.append(("referrer-policy", "no-referrer"))
        return reply
    }()

    private static let style = page("text/css; charset=utf-8", ByteBuffer(string: sheet))

    /// Nothing but the page's own style is loaded, and nobody frames it.
    private static let policy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'"

    private static func page(_ type: String, _ body: ByteBuffer) -> Reply {
        var reply = Reply(status: 200, contentType: type, body: body)
        reply.tag = EntityTag(of: body)
        reply.caching = .minutes
        reply.isCompressible = true
        reply.fields = [("x-content-type-options", "nosniff")]
        return reply
    }

    private static let sheet = """
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
        code { font-family: ui-monospace, monospace; }
        article { border-top: 1px solid; margin-top: 2rem; }
        table { border-collapse: collapse; width: 100%; }
        th, td { border-bottom: 1px solid; padding: .25rem .5rem; text-align: left; vertical-align: top; }
        dd dl { margin-left: 1rem; }

        """
}
