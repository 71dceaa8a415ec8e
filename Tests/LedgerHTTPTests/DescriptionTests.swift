import Ledger
import LedgerStore
import Replica
import Testing

@testable import LedgerHTTP

@Suite struct `the description of the API` {
    @Test func `every route is described once, and nothing else is`() {
        let described = APIOperation.all.map(\.route.rawValue)
        let routes = Route.allCases.filter { $0 != .other }.map(\.rawValue)
        #expect(described.sorted() == routes.sorted())
        #expect(Set(APIOperation.all.map(\.id)).count == APIOperation.all.count)
        #expect(Set(APIOperation.all.map(\.path)).count == APIOperation.all.count)
    }

    @Test(arguments: APIOperation.all)
    func `a described path leads to its route, by its method`(operation: APIOperation) {
        let segments = operation.path.split(separator: "/").map {
            $0.hasPrefix("{") ? "x" : String($0)
        }
        let target = RequestTarget("/" + segments.joined(separator: "/"))
        #expect(target.route == operation.route)
        #expect(target.segments.count >= operation.pathParameters.count)
        #expect(RequestTarget(operation.example).route == operation.route)
        let methods = operation.route.allow.split(separator: ", ").map { $0.lowercased() }
        #expect(methods.filter { $0 != "head" && $0 != "options" } == [operation.method])
    }

    @Test func `every parameter that is described is known, and no other`() async throws {
        try await withServer(FakeNode()) { server in
            for operation in APIOperation.all where operation.isRead {
                let described = OpenAPI.document["paths"]?[operation.path]?[operation.method]
                let names = (described?["parameters"]?.elements ?? [])
                    .filter { $0["in"]?.text == "query" }.compactMap { $0["name"]?.text }
                let path = operation.example.split(separator: "?").first.map(String.init) ?? ""
                let method = operation.method.uppercased()
                for name in names + ["unheard_of"] {
                    let response = try await server.get(
                        "\(path)?\(name)=%20",
                        method: method,
                        body: method == "POST" ? "{\"skus\":[\"a\"]}" : ""
                    )
                    let isUnknown = response.body.contains("is not a parameter of this resource")
                    #expect(isUnknown == (name == "unheard_of"), "\(operation.id) \(name)")
                }
            }
        }
    }

    @Test func `answers hold what is described, and all of it`() async throws {
        let node = FakeNode.stocked()
        ClusterEndpointTests.join(node)
        var check = SchemaCheck()
        try await withServer(node) { server in
            for operation in APIOperation.all where !operation.route.isWrite {
                let schema: String
                switch operation.content {
                case .json(let name), .textOrJSON(let name): schema = name
                case .other: continue
                }
                for target in FakeNode.targets[operation.route] ?? [operation.example] {
                    let response = try await server.get(
                        target,
                        method: operation.method.uppercased(),
                        headers: ["Accept: application/json"],
                        body: operation.body == nil ? "" : "{\"skus\":[\"tea\"]}"
                    )
                    #expect(response.status == 200, "\(target) \(response.body)")
                    check.check(try parse(response.body), by: schema)
                }
            }
            try await checkCarts(node, server, &check)
            check.check(try parse("{\"skus\":[\"tea\"]}"), by: "BatchGet")
            for target in ["/v1/items/none", "/v1/items?q=a&q=b"] {
                check.check(try parse(try await server.get(target).body), by: "Problem")
            }
            node.with { $0.behaviour = .fails(.sessionAhead(applied: Position(7))) }
            for query in [
                "session&min_position=77", "bounded&max_staleness=0",
            ] {
                let response = try await server.get("/v1/items/tea?consistency=\(query)")
                #expect(response.status == 503)
                check.check(try parse(response.body), by: "Problem")
            }
        }
        #expect(check.faults == [])
        // A member that no answer ever has would be described for nothing.
        for schema in OpenAPI.schemas.members {
            for property in schema.value["properties"]?.members ?? [] {
                #expect(check.seen.contains("\(schema.name).\(property.name)"))
            }
        }
    }

    /// What carts write is described too.
    private func checkCarts(
        _ node: FakeNode,
        _ server: TestServer,
        _ check: inout SchemaCheck
    ) async throws {
        let change = HoldTests.body(",\"ttlMs\":60000")
        check.check(try parse(change), by: "HoldChange")
        check.check(try parse(HoldTests.body(",\"order\":\"o-1\"")), by: "HoldChange")
        let take = HoldTests.body(
            ",\"ttlMs\":1,\"reservation\":\"\(HoldTests.reservation)\",\"replaces\":\"\(HoldTests.request)\""
                + ",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"location\":\"l\"}]"
        )
        check.check(try parse(take), by: "HoldRequest")
        let extend = "/v1/holds/\(HoldTests.reservation):extend"
        node.with { $0.books.reservation = HoldTests.held() }
        func post(_ path: String, _ body: String) async throws -> TestResponse {
            try await server.get(path, method: "POST", headers: HoldTests.json, body: body)
        }
        node.with { $0.submitResult = .answered(HoldTests.answer(.reservation(HoldTests.held()))) }
        for (path, body) in [("/v1/holds", take), (extend, change)] {
            let response = try await post(path, body)
            #expect((200...201).contains(response.status))
            check.check(try parse(response.body), by: "HoldAnswer")
        }
        for one in HoldRefusalTests.refusals {
            node.with { $0.submitResult = .answered(HoldTests.answer(.refused(one.refusal))) }
            check.check(try parse(try await post("/v1/holds", take).body), by: "Problem")
        }
        let wrong = take.replacing("\"quantity\":1", with: "\"quantity\":0")
        check.check(try parse(try await post("/v1/holds", wrong).body), by: "Problem")
    }

    @Test func `problems are refused with a status that is described`() {
        for operation in APIOperation.all {
            let described = OpenAPI.document["paths"]?[operation.path]?[operation.method]
            let statuses = Set((described?["responses"]?.members ?? []).map(\.name))
            for reason in OpenAPI.problems(of: operation) {
                #expect(statuses.contains("\(reason.status)"))
            }
        }
    }

    @Test func `every reference leads somewhere`() {
        var missing: [String] = []
        func look(_ value: JSONValue) {
            if let reference = value["$ref"]?.text {
                let parts = reference.split(separator: "/").dropFirst().map(String.init)
                let found = parts.reduce(Optional(OpenAPI.document)) { $0?[$1] }
                if found == nil { missing.append(reference) }
            }
            for member in value.members { look(member.value) }
            for element in value.elements { look(element) }
        }
        look(OpenAPI.document)
        #expect(missing == [])
    }

    @Test(arguments: ["/openapi.json", "/docs", "/docs/style.css"])
    func `it is served like any resource`(target: String) async throws {
        try await withServer(FakeNode()) { server in
            let plain = try await server.get(target)
            #expect(plain.status == 200)
            #expect(plain.headers["cache-control"] == "public, max-age=300")
            #expect(plain.headers["x-content-type-options"] == "nosniff")
            let tag = try #require(plain.headers["etag"])
            let again = try await server.get(target, headers: ["If-None-Match: \(tag)"])
            #expect(again.status == 304)
            #expect(try await server.get(target, method: "POST").status == 405)
            let head = try await server.get(target, method: "HEAD")
            #expect(head.headers["content-length"] == plain.headers["content-length"])
        }
    }

    @Test func `the page names every resource and loads nothing from elsewhere`() async throws {
        try await withServer(FakeNode()) { server in
            let page = try await server.get("/docs")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(
                page.headers["content-security-policy"]?.hasPrefix("default-src 'none';") == true
            )
            for operation in APIOperation.all {
                #expect(page.body.contains("id=\"\(operation.id)\""))
                #expect(page.body.contains(DocsPage.text(operation.path)))
            }
            for schema in OpenAPI.schemas.members {
                #expect(page.body.contains("id=\"schema-\(schema.name)\""))
            }
            for word in ["<script", "http://", "https://", "style=", "<img"] {
                #expect(!page.body.contains(word), "\(word)")
            }
        }
    }

    @Test func `what stands in texts can't become tags`() {
        #expect(DocsPage.text("<a href=\"x\">&") == "&lt;a href=&quot;x&quot;&gt;&amp;")
        #expect(DocsPage.prose("say `<b>` <i>") == "say <code>&lt;b&gt;</code> &lt;i&gt;")
    }
}
