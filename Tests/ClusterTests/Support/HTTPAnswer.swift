import Foundation

/// The answer to one HTTP request on a connection of its own, by bare sockets: nothing here knows what
/// the node runs on.
struct HTTPAnswer: Sendable {
    var status: Int
    /// By their names in lower case.
    var headers: [String: String]
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    /// Blocking calls stay off the threads that async code runs on.
    private static let queue = DispatchQueue(
        label: "estoque.tests.http",
        attributes: .concurrent
    )
    /// How long the node may be silent; one that stands still may wake within it.
    private static let patience = 2
    private static let bytesMax = 1 << 20

    /// Asks a server of this machine with GET; nil when there is no answer, or half of one.
    static func get(_ target: String, port: Int) async -> HTTPAnswer? {
        await ask("GET \(target) HTTP/1.1", [], "", port: port, patience: patience)
    }

    /// The same with POST and a JSON body; whoever is asked may have others to ask first.
    static func post(
        _ target: String,
        _ body: String,
        headers: [String],
        port: Int
    ) async -> HTTPAnswer? {
        let fields =
            headers + ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
        return await ask("POST \(target) HTTP/1.1", fields, body, port: port, patience: 15)
    }

    private static func ask(
        _ line: String,
        _ headers: [String],
        _ body: String,
        port: Int,
        patience: Int
    ) async -> HTTPAnswer? {
        let lines = [line, "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
        let request = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        return await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: exchange(request, port: port, patience))
            }
        }
    }

    private static func exchange(
        _ request: String,
        port: Int,
        _ patience: Int
    ) -> HTTPAnswer? {
        guard let connection = connect(port, patience) else { return nil }
        defer { _ = close(connection) }
        var unsent = Array(request.utf8)[...]
        while !unsent.isEmpty {
            let count = unsent.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return nil }
            unsent.removeFirst(count)
        }
        var bytes = Data()
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < bytesMax {
            let count = chunk.withUnsafeMutableBytes {
                recv(connection, $0.baseAddress, $0.count, 0)
            }
            guard count >= 0 else { return nil }
            guard count > 0 else { return HTTPAnswer(bytes) }
            bytes.append(contentsOf: chunk[..<count])
        }
        return nil
    }

    private static func connect(_ port: Int, _ patience: Int) -> Int32? {
        #if canImport(Glibc)
        let connection = socket(
            AF_INET,
            Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue),
            0
        )
        #else
        let connection = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard connection >= 0 else { return nil }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            _ = close(connection)
            return nil
        }
        return connection
    }

    /// Nil when it was cut off.
    private init?(_ bytes: Data) {
        guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        self.status = status
        headers = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        body = Data(bytes[end.upperBound...])
        guard headers["content-length"].flatMap({ Int($0) }) == body.count else { return nil }
    }
}
