import ArgumentParser
import LedgerClient
import Raft

/// A node with the address where the others reach it, as people type it: `n4=10.0.0.4:7001`.
struct MemberArgument: Equatable, Sendable {
    var node: String
    /// Nil where only a name is given.
    var address: String?

    /// Reads `ID=HOST:PORT`, or `ID` alone.
    init(_ text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        node = try Self.name(String(parts.first ?? ""))
        guard parts.count == 2 else { return }
        guard let address = NodeAddress(String(parts[1])) else {
            throw ValidationError(
                "'\(Printable.text(String(parts[1])))' must be HOST:PORT, such as 10.0.0.4:7001"
            )
        }
        self.address = "\(address)"
    }

    /// One that must have an address.
    static func withAddress(_ text: String) throws -> MemberArgument {
        let member = try MemberArgument(text)
        guard member.address != nil else {
            throw ValidationError(
                "'\(Printable.text(text))' must be ID=HOST:PORT, such as n4=10.0.0.4:7001: the "
                    + "address where the other nodes reach it"
            )
        }
        return member
    }

    /// A node's name.
    static func name(_ text: String) throws -> String {
        guard let id = NodeID(text) else {
            throw ValidationError(
                "'\(Printable.text(text))' must be a node's name: 1 to 64 printable ASCII "
                    + "characters without spaces"
            )
        }
        return id.name
    }
}
