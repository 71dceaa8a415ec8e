import Foundation
import Raft
import RaftTransport
import Testing

@testable import Replica

/// Whom a node dials and lets in while the members change.
@Suite struct PeerDirectoryTests {
    private static let here = Incarnation(rawValue: 7)

    private func withDirectory(
        knowing settings: [NodeID] = ["n1", "n2", "n3"],
        _ body: (PeerDirectory) throws -> Void
    ) throws {
        let path = NSTemporaryDirectory() + "estoque-peers-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(
            PeerDirectory(
                directory: DataDirectory(path: path),
                node: "n2",
                settings: settings.map { ($0, PeerAddress(host: "\($0)", port: 1)) }
            )
        )
    }

    private func members(
        _ voters: [NodeID],
        outgoing: [NodeID] = [],
        retired: [NodeID] = []
    ) throws -> Configuration {
        try #require(
            Configuration(
                voters: voters,
                outgoing: outgoing,
                retired: retired,
                addresses: Set(voters + outgoing).compactMap {
                    MemberAddress(id: $0, text: "\($0):2")
                }
            )
        )
    }

    private func lets(in peer: NodeID, _ directory: PeerDirectory) -> Bool {
        directory.authorize(peer, incarnation: Self.here, returnAddress: nil) == .welcome
    }

    @Test func `who is removed is let in until that is committed`() throws {
        try withDirectory { directory in
            let joint = try members(["n1", "n2"], outgoing: ["n1", "n2", "n3"])
            let left = try members(["n1", "n2"], retired: ["n3"])
            directory.update(left, committed: joint, leader: "n1")
            #expect(directory.peers.keys.sorted() == ["n1", "n3"])
            #expect(lets(in: "n3", directory))
            directory.update(left, committed: left, leader: "n1")
            #expect(directory.peers.keys.sorted() == ["n1"])
            let verdict = directory.authorize(
                "n3",
                incarnation: Self.here,
                returnAddress: PeerAddress(host: "n3", port: 3)
            )
            guard case .retired = verdict else {
                Issue.record("\(verdict)")
                return
            }
            #expect(directory.peers.keys.sorted() == ["n1"])
        }
    }

    @Test(arguments: [["n1", "n2", "n3"], ["n2", "n3"]] as [[NodeID]])
    func `a leader that removes itself is let in until another leads`(
        settings: [NodeID]
    ) throws {
        try withDirectory(knowing: settings) { directory in
            let joint = try members(["n2", "n3"], outgoing: ["n1", "n2", "n3"])
            let left = try members(["n2", "n3"], retired: ["n1"])
            directory.update(joint, committed: joint, leader: "n1")
            let address = try #require(directory.peers["n1"])
            directory.update(left, committed: joint, leader: "n1")
            directory.update(left, committed: left, leader: "n1")
            #expect(directory.peers["n1"] == address)
            #expect(lets(in: "n1", directory))
            directory.update(left, committed: left, leader: "n3")
            #expect(directory.peers.keys.sorted() == ["n3"])
            #expect(!lets(in: "n1", directory))
        }
    }

    @Test func `who comes by is answered where it says, and members where the log says`() throws {
        try withDirectory(knowing: ["n1"]) { directory in
            #expect(directory.peers == ["n1": PeerAddress(host: "n1", port: 1)])
            let four = try members(["n1", "n2", "n4"])
            directory.update(four, committed: four, leader: nil)
            _ = directory.authorize(
                "n5",
                incarnation: Self.here,
                returnAddress: PeerAddress(host: "n5", port: 5)
            )
            #expect(
                directory.peers == [
                    "n1": PeerAddress(host: "n1", port: 1), "n4": PeerAddress(host: "n4", port: 2),
                    "n5": PeerAddress(host: "n5", port: 5),
                ]
            )
        }
    }

    @Test func `a node with another data directory than before is refused`() throws {
        try withDirectory { directory in
            #expect(lets(in: "n1", directory))
            let wiped = directory.authorize(
                "n1",
                incarnation: Incarnation(rawValue: 8),
                returnAddress: nil
            )
            guard case .refused(let text) = wiped else {
                Issue.record("\(wiped)")
                return
            }
            #expect(text.contains("must join under a new name"))
            #expect(lets(in: "n1", directory))
        }
    }
}
