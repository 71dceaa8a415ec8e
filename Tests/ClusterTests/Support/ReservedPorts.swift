import Foundation

/// Ports of the loopback interface that nobody else gets while this lives.
///
/// A socket stays bound to each of them and never listens. A server that allows the reuse of its
/// address can listen there all the same, again and again, but the system gives the port to nobody
/// who asks for just any.
final class ReservedPorts: Sendable {
    struct CannotBind: Error {
        var code: Int32
    }

    let ports: [Int]
    private let sockets: [Int32]

    init(count: Int) throws {
        var ports: [Int] = []
        var sockets: [Int32] = []
        for _ in 0..<count {
            let socket = Self.openSocket()
            sockets.append(socket)
            do {
                ports.append(try Self.bindAnywhere(socket))
            } catch {
                Self.closeAll(sockets)
                throw error
            }
        }
        self.ports = ports
        self.sockets = sockets
    }

    deinit { Self.closeAll(sockets) }

    private static func closeAll(_ sockets: [Int32]) {
        for socket in sockets { _ = close(socket) }
    }

    private static func openSocket() -> Int32 {
        #if canImport(Glibc)
        socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
        socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }

    private static func bindAnywhere(_ socket: Int32) throws -> Int {
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) | getsockname(socket, $0, &length)
            }
        }
        guard code == 0 else { throw CannotBind(code: errno) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
