/// The description of the API as a page: plain HTML, written by the node itself, without scripts.
struct DocsPage {
    private(set) var html = ""

    init() {
        html += """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Estoque: HTTP API</title>
            <link rel="stylesheet" href="/docs/style.css">
            </head>
            <body>
            <header>
            <h1>Estoque: HTTP API</h1>
            <p>\(Self.prose(OpenAPI.introduction))</p>
            <p>The same for programs: <a href="/openapi.json">openapi.json</a>.</p>
            </header>
            <nav aria-label="Resources">

            """
        for group in APIOperation.Group.allCases { contents(group) }
        html += "</nav>\n<main>\n"
        for group in APIOperation.Group.allCases { section(group) }
        schemas()
        html += "</main>\n</body>\n</html>\n"
    }

    private mutating func contents(_ group: APIOperation.Group) {
        html += "<h2>\(group.rawValue)</h2>\n<ul>\n"
        for operation in APIOperation.all where operation.group == group {
            html += """
                <li><a href="#\(operation.id)">\(operation.method.uppercased()) \
                \(Self.text(operation.path))</a></li>

                """
        }
        html += "</ul>\n"
    }

    private mutating func section(_ group: APIOperation.Group) {
        html += "<section>\n<h2>\(group.rawValue)</h2>\n<p>\(Self.prose(group.description))</p>\n"
        for operation in APIOperation.all where operation.group == group { article(operation) }
        html += "</section>\n"
    }

    private mutating func article(_ operation: APIOperation) {
        html += """
            <article id="\(operation.id)">
            <h3><code>\(operation.method.uppercased()) \(Self.text(operation.path))</code></h3>
            <p><strong>\(Self.prose(operation.summary)).</strong> \
            \(Self.prose(operation.description))</p>

            """
        let described = OpenAPI.document["paths"]?[operation.path]?[operation.method]
        parameters(described?["parameters"]?.elements ?? [])
        if operation.method == "get" {
            let example = Self.text(operation.example)
            html += "<p>For example: <a href=\"\(example)\"><code>\(example)</code></a></p>\n"
        }
        if let body = operation.body {
            html += "<p>Takes <a href=\"#schema-\(body)\">\(body)</a>.</p>\n"
        }
        switch operation.content {
        case .json(let schema), .textOrJSON(let schema):
            html += "<p>Gives <a href=\"#schema-\(schema)\">\(schema)</a>.</p>\n"
        case .other(let type): html += "<p>Gives <code>\(type)</code>.</p>\n"
        }
        problems(operation)
        html += "</article>\n"
    }

    private mutating func parameters(_ parameters: [JSONValue]) {
        guard !parameters.isEmpty else { return }
        html += "<table>\n<thead><tr><th scope=\"col\">Parameter</th><th scope=\"col\">In</th>"
        html += "<th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n"
        for parameter in parameters {
            let name = Self.text(parameter["name"]?.text ?? "")
            html += "<tr><th scope=\"row\"><code>\(name)</code></th>"
            html += "<td>\(Self.text(parameter["in"]?.text ?? ""))</td>"
            html += "<td>\(Self.prose(parameter["description"]?.text ?? ""))"
            let words = (parameter["schema"]?["enum"]?.elements ?? []).compactMap(\.text)
            if !words.isEmpty {
                html +=
                    " One of " + words.map { "<code>\($0)</code>" }.joined(separator: ", ") + "."
            }
            html += "</td></tr>\n"
        }
        html += "</tbody>\n</table>\n"
    }

    private mutating func problems(_ operation: APIOperation) {
        html += "<details><summary>Problems</summary>\n<dl>\n"
        for reason in OpenAPI.problems(of: operation) {
            html += "<dt>\(reason.status) <code>\(reason.rawValue)</code></dt>"
            html += "<dd>\(Self.prose(reason.title)).</dd>\n"
        }
        html += "</dl>\n</details>\n"
    }

    private mutating func schemas() {
        html += "<section>\n<h2>Schemas</h2>\n"
        for schema in OpenAPI.schemas.members {
            html += "<article id=\"schema-\(schema.name)\">\n<h3>\(schema.name)</h3>\n"
            if let meaning = schema.value["description"]?.text {
                html += "<p>\(Self.prose(meaning))</p>\n"
            }
            let properties = schema.value["properties"]?.members ?? []
            if properties.isEmpty {
                html += "<p>\(Self.type(schema.value))</p>\n"
            } else {
                members(properties)
            }
            html += "</article>\n"
        }
        html += "</section>\n"
    }

    private mutating func members(_ properties: [JSONValue.Member]) {
        html += "<dl>\n"
        for property in properties {
            html += "<dt><code>\(property.name)</code></dt><dd>\(Self.type(property.value))"
            if let meaning = property.value["description"]?.text {
                html += " \(Self.prose(meaning))"
            }
            let inner = property.value["properties"]?.members ?? []
            if !inner.isEmpty {
                html += "\n"
                members(inner)
            }
            html += "</dd>\n"
        }
        html += "</dl>\n"
    }

    /// What a schema allows, in a word or a link.
    private static func type(_ schema: JSONValue) -> String {
        if let reference = schema["$ref"]?.text {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            return "<a href=\"#schema-\(name)\">\(name)</a>"
        }
        if let items = schema["items"] { return "list of \(type(items))" }
        let words = (schema["enum"]?.elements ?? []).compactMap(\.text)
        if !words.isEmpty {
            return words.map { "<code>\(text($0))</code>" }.joined(separator: ", ")
        }
        if let one = schema["type"]?.text { return one }
        return (schema["type"]?.elements ?? []).compactMap(\.text).joined(separator: " or ")
    }

    /// Text between tags, and in attributes.
    static func text(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// The same, where what stands between backquotes is code.
    static func prose(_ text: String) -> String {
        var html = ""
        for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false)
            .enumerated()
        {
            html +=
                index % 2 == 0 ? Self.text(String(part)) : "<code>\(Self.text(String(part)))</code>"
        }
        return html
    }
}
