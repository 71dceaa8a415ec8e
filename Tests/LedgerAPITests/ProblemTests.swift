import Foundation
import Ledger
import LedgerAPI
import SwiftProtobuf
import Testing

@Suite struct ProblemTests {
    static let delay = Milliseconds(1_250)
    static let problems: [(problem: Problem, code: Int, reason: String)] = [
        (.notLeader(hint: "10.0.0.2:7000", retryDelay: delay), 14, "NOT_LEADER"),
        (.notLeader(hint: nil, retryDelay: delay), 14, "NOT_LEADER"),
        (.noQuorum(retryDelay: delay), 14, "NO_QUORUM"),
        (.notReady(retryDelay: delay), 14, "NOT_READY"),
        (.overloaded(retryDelay: delay), 8, "OVERLOADED"),
        (.outcomeUnknown, 4, "OUTCOME_UNKNOWN"),
        (.stale(age: Milliseconds(70), retryDelay: delay), 14, "STALE"),
        (.stale(age: nil, retryDelay: delay), 14, "STALE"),
        (.sessionAhead(applied: Position(9), retryDelay: delay), 14, "SESSION_AHEAD"),
        (.storeScope(Samples.store), 7, "STORE_SCOPE"),
        (.role(method: "/estoque.v1.LedgerService/Sell"), 7, "ROLE"),
        (.notAMessage, 3, "MALFORMED"),
        (.changeUnknown, 4, "OUTCOME_UNKNOWN"),
        (cluster(.changeInProgress, at: Position(7)), 9, "CHANGE_IN_PROGRESS"),
        (cluster(.configurationMoved, at: Position(7)), 10, "CONFIGURATION_MOVED"),
        (cluster(.termNotOpen), 14, "TERM_NOT_OPEN"),
        (cluster(.leadershipMoving), 14, "LEADERSHIP_MOVING"),
        (cluster(.nodeNotFound), 5, "NODE_NOT_FOUND"),
        (cluster(.nodeAlreadySo), 9, "NODE_ALREADY_SO"),
        (cluster(.nodeIDRetired), 9, "NODE_ID_RETIRED"),
        (cluster(.lastVoter), 9, "LAST_VOTER"),
        (cluster(.quorumAtRisk), 9, "QUORUM_AT_RISK"),
        (cluster(.badAddress), 3, "BAD_ADDRESS"),
        (cluster(.tooManyMembers), 9, "TOO_MANY_MEMBERS"),
        (cluster(.notAnotherVoter), 9, "NOT_ANOTHER_VOTER"),
        (
            Problem(
                InvalidRequest(violations: [
                    FieldViolation(field: "lines[2].sku", description: "is required"),
                    FieldViolation(field: "actor", description: "is required"),
                ])
            ), 3, "MALFORMED"
        ),
    ]

    private static func cluster(_ reason: Reason, at configuration: Position? = nil) -> Problem {
        Problem(cluster: reason, "why", configuration: configuration, retryDelay: delay)
    }

    @Test func `what an admin is refused says where the members are, and when to ask again`() {
        let moved = Self.cluster(.configurationMoved, at: Position(7))
        #expect(moved.metadata["configuration_position"] == "7")
        #expect(moved.retryDelay == nil)
        #expect(Self.cluster(.lastVoter).metadata.isEmpty)
        #expect(Self.cluster(.termNotOpen).retryDelay == Self.delay)
    }

    @Test(arguments: problems)
    func `a problem has the code and the reason of the table, and survives both wires`(
        problem: Problem,
        code: Int,
        reason: String
    ) throws {
        #expect(problem.code.rawValue == code)
        #expect(problem.reason.rawValue == reason)
        let unary = try #require(Problem.decode(statusBytes: problem.statusBytes()))
        #expect(unary.problem == problem)
        #expect(unary.answer == nil)
        let bytes: [UInt8] = ProtoTaggedAnswer(tag: 1, .failed(problem)).wireBytes
        #expect(
            CommandResult(try ProtoTaggedAnswer(serializedBytes: bytes)) == .failed(problem)
        )
    }

    @Test func `the details of a status have the type URLs that other gRPC libraries look for`()
        throws
    {
        var problem = Problem(.insufficientStock(Samples.shortages))
        problem.retryDelay = Self.delay
        problem.violations = [FieldViolation(field: "a", description: "b")]
        let status = try RPCStatus(serializedBytes: problem.statusBytes())
        #expect(status.code == 9)
        #expect(
            status.details.map(\.typeURL) == [
                "type.googleapis.com/google.rpc.ErrorInfo",
                "type.googleapis.com/google.rpc.BadRequest",
                "type.googleapis.com/google.rpc.RetryInfo",
                "type.googleapis.com/estoque.v1.InsufficientStock",
            ]
        )
        let info = try RPCErrorInfo(serializedBytes: status.details[0].value)
        #expect(info.domain == "estoque")
        let retry = try RPCRetryInfo(serializedBytes: status.details[2].value)
        #expect(retry.retryDelay.seconds == 1)
        #expect(retry.retryDelay.nanos == 250_000_000)
    }

    @Test func `a status stays small however long its lists are`() throws {
        let long = String(repeating: "x", count: 64)
        let shortages = (0..<1_000).map { _ in
            Shortage(
                sku: SKU(unchecked: long),
                location: LocationID(unchecked: long),
                requested: .max,
                available: .min
            )
        }
        let violations = (0..<32).map { index in
            FieldViolation(field: "lines[\(index)].sku", description: long + long)
        }
        for problem in [
            Problem(.insufficientStock(shortages)), Problem(.exceedsOpenQuantity(shortages)),
            Problem(InvalidRequest(violations: violations)),
        ] {
            let bytes = problem.statusBytes(of: Samples.answer(.refused(.reasonRequired)))
            #expect(bytes.count <= 4_096)
            let decoded = try #require(Problem.decode(statusBytes: bytes)).problem
            #expect(decoded.message == problem.message)
            switch (decoded.detail, problem.detail) {
            case (.insufficientStock(let some)?, .insufficientStock(let all)?),
                (.exceedsOpenQuantity(let some)?, .exceedsOpenQuantity(let all)?):
                #expect(some.count > 8)
                #expect(some == Array(all.prefix(some.count)))
            default:
                #expect(decoded.violations.count > 8)
            }
        }
    }

    @Test func `a status of somebody else is none of ours`() throws {
        var status = RPCStatus()
        status.code = 14
        #expect(Problem.decode(statusBytes: status.wireBytes) == nil)
        var info = RPCErrorInfo()
        info.reason = "NOT_LEADER"
        info.domain = "elsewhere"
        status.details = [
            .with {
                $0.typeURL = "type.googleapis.com/google.rpc.ErrorInfo"
                $0.value = Data(info.wireBytes)
            }
        ]
        #expect(Problem.decode(statusBytes: status.wireBytes) == nil)
        #expect(Problem.decode(statusBytes: [0xFF, 0x00]) == nil)
    }

    @Test(arguments: [
        (Int64(-1), Int32(0), UInt64(0)), (1, 999_999_999, 1_999), (.max, 0, .max),
        (0, -5, 0),
    ])
    func `a retry delay out of range is clamped`(
        seconds: Int64,
        nanos: Int32,
        milliseconds: UInt64
    ) throws {
        var status = try RPCStatus(
            serializedBytes: Problem.noQuorum(retryDelay: Self.delay).statusBytes()
        )
        var retry = RPCRetryInfo()
        retry.retryDelay.seconds = seconds
        retry.retryDelay.nanos = nanos
        status.details[1].value = Data(retry.wireBytes)
        let decoded = try #require(Problem.decode(statusBytes: status.wireBytes))
        #expect(decoded.problem.retryDelay == Milliseconds(milliseconds))
    }
}
