import Foundation

/// The answer to one HTTP request, read to its end.
struct HTTPAnswer {
    struct NotReached: Error {
        var port: Int
        var code: Int32
    }

    var status: Int
    /// By their names in lower case.
    var headers: [String: String] = [:]
    var body: String

    /// Asks a server of this machine with GET, on a connection of its own.
    static func get(_ path: String, port: Int) throws -> HTTPAnswer {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            socket,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &patience,
            socklen_t(MemoryLayout<timeval>.size)
        )
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw NotReached(port: port, code: errno) }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n".utf8)
        guard write(socket, request, request.count) == request.count else {
            throw NotReached(port: port, code: errno)
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while case let count = read(socket, &buffer, buffer.count), count > 0 {
            bytes += buffer[..<count]
        }
        return HTTPAnswer(String(decoding: bytes, as: UTF8.self))
    }

    private init(_ text: String) {
        let end = text.range(of: "\r\n\r\n")
        var lines = text[..<(end?.lowerBound ?? text.endIndex)].components(separatedBy: "\r\n")
        let first = lines.isEmpty ? "" : lines.removeFirst()
        status = Int(first.split(separator: " ").dropFirst().first ?? "") ?? 0
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        body = end.map { String(text[$0.upperBound...]) } ?? ""
    }
}
