import NIOCore

/// The files that browsers load, ready to be sent; made once, of what is in the program.
struct PageFiles: Sendable {
    /// One of them.
    struct File: Sendable {
        let contentType: String
        let tag: EntityTag
        let body: ByteBuffer
        /// The body compressed, for nearly every browser.
        let compressed: ByteBuffer?
    }

    /// All files, by name.
    let files: [String: File]

    static let shared = PageFiles(EmbeddedFile.all)

    init(_ embedded: [EmbeddedFile]) {
        var files: [String: File] = [:]
        for one in embedded {
            let name = "\(one.name)"
            let body = ByteBuffer(staticString: one.text)
            files[name] = File(
                contentType: Self.contentType(of: name),
                tag: EntityTag(of: body),
                body: body,
                compressed: Gzip.compress(body)
            )
        }
        self.files = files
    }

    private static let store = Array("store.html".utf8)
    private static let operations = Array("ops.html".utf8)

    /// The file that answers a page's path; nil when it is none.
    ///
    /// The storefront's pages are one file: which of them is shown, its script reads from the address.
    static func page(at path: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        if path.elementsEqual("/".utf8) || path.elementsEqual("/cart".utf8) { return store[...] }
        if path.elementsEqual("/ops".utf8) { return operations[...] }
        let items = "/item/".utf8
        guard path.starts(with: items) else { return nil }
        let sku = path.dropFirst(items.count)
        return sku.isEmpty || sku.contains(UInt8(ascii: "/")) ? nil : store[...]
    }

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }
}
