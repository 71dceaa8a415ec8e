package import Raft

/// A configuration and its place in the log, as the store keeps it beside the position: the index
/// (eight bytes, little-endian), then the configuration's own encoding.
package enum Membership {
    package static func encode(_ logged: LoggedConfiguration) -> [UInt8] {
        var bytes: [UInt8] = []
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: logged.index.rawValue >> shift))
        }
        logged.configuration.encode(into: &bytes)
        return bytes
    }

    /// Nil when the bytes are not what ``encode(_:)`` wrote.
    package static func decode(_ bytes: [UInt8]) -> LoggedConfiguration? {
        guard bytes.count > 8,
            let configuration = try? Configuration(payload: Array(bytes[8...]))
        else { return nil }
        let index = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
        return LoggedConfiguration(index: LogIndex(index), configuration: configuration)
    }
}
