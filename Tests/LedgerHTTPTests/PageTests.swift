import Foundation
import NIOCore
import Replica
import Testing

@testable import LedgerHTTP

/// The pages are in the program, as they are in the source, and may do nothing but load from here.
@Suite struct PageTests {
    private static let web = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/LedgerHTTP/Pages/Web")

    @Test func `the program holds every file as it is in the source`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.web.path).sorted()
        #expect(!names.isEmpty)
        #expect(EmbeddedFile.all.map { "\($0.name)" } == names, "run Pages/generate")
        for file in EmbeddedFile.all {
            let source = try String(
                contentsOf: Self.web.appending(path: "\(file.name)"),
                encoding: .utf8
            )
            #expect("\(file.text)" == source, "run Pages/generate: \(file.name)")
        }
    }

    @Test(arguments: ["/", "/cart", "/item/a", "/item/a%2Fb", "/ops", "/?q=tea"])
    func `a page may load from here and nothing else`(path: String) async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(path)
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/html; charset=utf-8")
            let policy = try #require(response.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'; "))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(response.headers["x-content-type-options"] == "nosniff")
            #expect(response.headers["referrer-policy"] == "no-referrer")
            #expect(response.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func `no page has a script, a style or a listener in its text`() {
        for file in EmbeddedFile.all where "\(file.name)".hasSuffix(".html") {
            let text = "\(file.text)"
            #expect(!text.contains("<style"))
            #expect(!text.contains(" style="))
            #expect(text.firstRange(of: #/<script(?![^>]* src=)/#) == nil)
            #expect(text.firstRange(of: #/ on[a-z]+=/#) == nil)
        }
    }

    @Test func `every file that a page or a script names is there`() {
        let names = Set(EmbeddedFile.all.map { "\($0.name)" })
        for file in EmbeddedFile.all {
            for match in "\(file.text)".matches(of: #/["'](?:\/assets|\.)\/([a-z.]+)["']/#) {
                #expect(names.contains(String(match.1)), "\(file.name) names \(match.1)")
            }
        }
    }

    @Test func `nothing of the ledger is ever read as HTML`() {
        let forbidden = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(",
            "setHTMLUnsafe", "srcdoc",
        ]
        for file in EmbeddedFile.all where "\(file.name)".hasSuffix(".js") {
            for name in forbidden {
                #expect(!"\(file.text)".contains(name), "\(file.name): \(name)")
            }
        }
    }

    @Test func `a file comes with its type and is not sent twice`() async throws {
        try await withServer(FakeNode()) { server in
            for (name, type) in [
                ("store.js", "text/javascript; charset=utf-8"),
                ("base.css", "text/css; charset=utf-8"),
                ("icon.svg", "image/svg+xml"),
            ] {
                let first = try await server.get("/assets/\(name)")
                #expect(first.status == 200)
                #expect(first.headers["content-type"] == type)
                #expect(first.headers["cache-control"] == "no-cache")
                let tag = try #require(first.headers["etag"])
                let again = try await server.get(
                    "/assets/\(name)",
                    headers: ["If-None-Match: \(tag)"]
                )
                #expect(again.status == 304)
                #expect(again.body.isEmpty)
                let head = try await server.get("/assets/\(name)", method: "HEAD")
                #expect(head.status == 200)
                #expect(head.headers["content-length"] == "\(first.body.utf8.count)")
            }
        }
    }

    @Test(arguments: [
        "/assets/", "/assets/none.js", "/assets/store.html", "/assets/../Package.swift",
        "/assets/%2e%2e/x", "/item/", "/item/a/b", "/cart/", "/ops/x", "/index.html",
    ])
    func `what isn't there is not found`(path: String) async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get(path)
            #expect(response.status == 404)
        }
    }

    @Test func `pages are only read`() async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get("/", method: "POST", body: "x")
            #expect(response.status == 405)
            #expect(response.headers["allow"] == "GET, HEAD, OPTIONS")
        }
    }
}
