import Foundation

/// Finds TCP ports of the loopback interface that nobody listens on.
enum FreePorts {
    private static let attemptsMax = 10_000
    private static let lowest = 15_000

    /// Different free ports.
    ///
    /// They lie below the range from which the kernel takes ports for outgoing connections: there,
    /// a node that is down could lose its port to someone's connection, or a peer that dials it
    /// again and again could one day be connected to itself.
    static func take(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        // All are held until the last one is found, so that none is found twice.
        defer { for socket in sockets { close(socket) } }
        var ports: [Int] = []
        let range = lowest..<max(lowest + 1_000, outgoingPortsBegin())
        var attempts = 0
        while ports.count < count {
            attempts += 1
            // When the range is full, whatever the kernel gives.
            let wanted = attempts < attemptsMax ? Int.random(in: range) : 0
            guard let (socket, port) = bindLoopback(wanted) else {
                guard attempts < attemptsMax + count else {
                    throw CommandFailure("no free port on 127.0.0.1")
                }
                continue
            }
            sockets.append(socket)
            ports.append(port)
        }
        return ports
    }

    /// The first port that the kernel gives to outgoing connections.
    private static func outgoingPortsBegin() -> Int {
        let text = try? String(
            contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range",
            encoding: .utf8
        )
        let first = text?.split(whereSeparator: \.isWhitespace).first
        return first.flatMap { Int($0) } ?? 32_768
    }

    private static func bindLoopback(_ port: Int) -> (socket: Int32, port: Int)? {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        guard isBound else {
            close(socket)
            return nil
        }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }
}
