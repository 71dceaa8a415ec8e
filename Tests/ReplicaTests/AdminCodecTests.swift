import Ledger
import NIOCore
import Raft
import Testing

@testable import Replica

/// What admins ask and are told travels between nodes.
@Suite struct AdminCodecTests {
    static let requests: [AdminRequest] = [
        .transferLeadership(to: nil), .transferLeadership(to: "n3"),
        .change(.add("n4", address: "h:1", asLearner: true), expecting: nil),
        .change(.add("n4", address: "", asLearner: false), expecting: Position(0)),
        .change(.remove("n2"), expecting: Position(9)), .change(.promote("n4"), expecting: nil),
        .change(.demote("n2"), expecting: nil),
        .change(.replace("n2", with: "n4", address: "h:1"), expecting: Position(12)),
        .change(.exactly(voters: ["n1", "n2"], learners: ["n3"]), expecting: nil),
    ]

    static let results: [AdminResult] =
        [.accepted(Position(7)), .transferring(to: "n2"), .noLeader, .unknown]
        + AdminRefusal.Reason.allCases.map { .refused(AdminRefusal($0, "why")) }
        + [.refused(AdminRefusal(.configurationMoved, "", configuration: Position(12)))]

    static var statuses: [NodeStatus] {
        var plain = NodeStatus(
            id: "n1",
            role: .learner,
            term: 3,
            leader: nil,
            commit: Position(1),
            applied: Position(2),
            stored: Position(3),
            logFirst: Position(4),
            logLast: Position(5),
            staleness: nil,
            isReady: false,
            writeRefusal: nil,
            members: []
        )
        plain.isRemoved = true
        var full = plain
        full.role = .leader
        full.leader = "n1"
        full.staleness = .milliseconds(7)
        full.isReady = true
        full.writeRefusal = "the disk is full"
        full.cluster = "f5c1b947"
        full.configurationIndex = Position(6)
        full.isJoint = true
        full.isRemoved = false
        full.transferTarget = "n2"
        full.joining = JoiningStatus(
            node: "n4",
            replacing: "n2",
            round: 3,
            target: Position(8)
        )
        full.givenUp = GivenUpPromotion(
            node: "n5",
            reason: .noProgress,
            configurationIndex: Position(2)
        )
        full.members = [
            MemberStatus(
                id: "n2",
                peerAddress: "h:1",
                isVoter: true,
                connection: "connected",
                match: Position(5),
                part: .outgoing,
                mode: "replicate",
                silence: .milliseconds(20)
            ),
            MemberStatus(
                id: "n4",
                peerAddress: "",
                isVoter: false,
                connection: "unknown",
                match: nil
            ),
        ]
        full.members[1].state = StateOnItsWay(sentBytes: 7, bytes: 9)
        return [plain, full]
    }

    private static func frame(_ bytes: [UInt8]) -> StatusFrame? {
        StatusFrame(decoding: bytes.span.bytes)
    }

    private static func request(_ bytes: [UInt8]) -> AdminRequest? {
        AdminRequest(decoding: bytes.span.bytes)
    }

    private static func result(_ bytes: [UInt8]) -> AdminResult? {
        AdminResult(decoding: bytes.span.bytes)
    }

    @Test(arguments: requests)
    func `a request comes back as it was`(request: AdminRequest) {
        var bytes: [UInt8] = []
        request.encode(into: &bytes)
        #expect(Self.request(bytes) == request)
        for count in bytes.indices {
            #expect(Self.request(Array(bytes[..<count])) != request)
        }
    }

    @Test(arguments: results)
    func `a result comes back as it was`(result: AdminResult) {
        var bytes: [UInt8] = []
        result.encode(into: &bytes)
        #expect(Self.result(bytes) == result)
        for count in bytes.indices {
            #expect(Self.result(Array(bytes[..<count])) == nil)
        }
    }

    @Test(arguments: statuses)
    func `a status comes back as it was, and cut off or prolonged it is none`(
        status: NodeStatus
    ) throws {
        var bytes: [UInt8] = []
        StatusFrame(id: 77, status: status).encode(into: &bytes)
        let frame = try #require(Self.frame(bytes))
        #expect(frame.id == 77)
        // Everything that a status has, by its names.
        #expect(String(reflecting: frame.status) == String(reflecting: Optional(status)))
        for count in bytes.indices where count != 8 {
            #expect(Self.frame(Array(bytes[..<count])) == nil)
        }
        #expect(Self.frame((bytes + [0])) == nil)
    }

    @Test func `a question is a number alone`() throws {
        var bytes: [UInt8] = []
        StatusFrame(id: .max, status: nil).encode(into: &bytes)
        let frame = try #require(Self.frame(bytes))
        #expect(frame.id == .max)
        #expect(frame.status == nil)
    }

    @Test func `bytes of a status that were changed make another status or none, and no trap`() {
        var bytes: [UInt8] = []
        StatusFrame(id: 1, status: Self.statuses[1]).encode(into: &bytes)
        for place in 8..<bytes.count {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << UInt8(bit)
                let frame = Self.frame(changed)
                #expect(
                    frame.map { String(reflecting: $0.status) }
                        != String(reflecting: Optional(Self.statuses[1]))
                )
            }
        }
    }

    @Test(arguments: [
        ("10.0.0.4:7001", true), ("host:1", true), ("[::1]:7001", true), ("", false),
        ("host", false), ("host:0", false), ("host:65536", false), (":1", false),
        ("ho st:1", false), (String(repeating: "h", count: 254) + ":1", false),
    ])
    func `a peer's address can be dialled`(text: String, isAddress: Bool) {
        #expect(AdminRequest.isPeerAddress(text) == isAddress)
    }
}
