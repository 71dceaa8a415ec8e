import Glibc
import Testing

/// Free TCP ports of the loopback interface, all different.
func freePorts(_ count: Int) throws -> [Int] {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    return try (0..<count).map { _ in
        let (socket, port) = try #require(boundSocket(), "no free port on 127.0.0.1")
        sockets.append(socket)
        return port
    }
}

private func boundSocket() -> (socket: Int32, port: Int)? {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return nil }
    // Below the ports that the kernel gives to outgoing connections, one of which might take it.
    for _ in 0..<1_000 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t.random(in: 15_000..<32_000).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        if isBound == 0 { return (socket, Int(in_port_t(bigEndian: address.sin_port))) }
    }
    close(socket)
    return nil
}
