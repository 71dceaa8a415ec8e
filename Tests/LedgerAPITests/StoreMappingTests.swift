import Foundation
import Ledger
import LedgerAPI
import SwiftProtobuf
import Testing

@Suite struct `What is about stores` {
    private func submission(_ change: (inout SubmitFacts) -> Void = { _ in }) -> SubmitFacts {
        var submission = SubmitFacts(
            location: Samples.store,
            epoch: 3,
            firstSequence: 41,
            previousHash: Samples.link,
            facts: [],
            completeThrough: LogTime(microseconds: 77)
        )
        submission.facts = linked(
            [
                .known(Samples.facts[0]), .unknown(Samples.unread), .known(Samples.facts[2]),
            ],
            of: submission
        )
        change(&submission)
        return submission
    }

    /// With the links that the agent makes.
    private func linked(
        _ contents: [SubmittedFact.Content],
        of submission: SubmitFacts
    ) -> [SubmittedFact] {
        var link = submission.previousHash
        return contents.enumerated().map { index, content in
            let written = content.written
            link = FactChain.link(
                after: link,
                epoch: submission.epoch,
                sequence: submission.firstSequence + UInt64(index),
                kind: written.kind,
                version: written.version,
                payload: written.bytes
            )
            return SubmittedFact(
                hash: link,
                claimedTime: LogTime(microseconds: UInt64(index) + 5),
                content: content
            )
        }
    }

    private func read(_ command: Command) throws -> IncomingRequest {
        try CommandMethod(command)
            .request(from: Samples.request(command).methodBytes.span.bytes)
    }

    private func violations(_ change: (inout ProtoSubmitFactsRequest) -> Void) throws -> [String] {
        let bytes = Samples.request(.submitFacts(submission())).methodBytes
        var message = try ProtoSubmitFactsRequest(serializedBytes: bytes)
        change(&message)
        let changed: [UInt8] = message.wireBytes
        do {
            _ = try CommandMethod.submitFacts.request(from: changed.span.bytes)
            return []
        } catch {
            return error.violations.map(\.field)
        }
    }

    @Test(arguments: Samples.storeCommands)
    func `survives the wire, asked for or only asked about`(command: Command) throws {
        let request = Samples.request(command)
        #expect(try read(command) == IncomingRequest(request: request))
        let asked = try CommandMethod(command).request(from: request.validationBytes.span.bytes)
        #expect(asked == IncomingRequest(request: request, validateOnly: true))
        #expect(CommandMethod(command).path.hasPrefix("/estoque.v1.StoreService/"))
    }

    @Test func `facts get their links from the node that takes them in`() throws {
        for salvage in [false, true] {
            let command = Command.submitFacts(
                submission {
                    $0.isSalvage = salvage
                    if salvage { $0.completeThrough = nil }
                }
            )
            #expect(try read(command) == IncomingRequest(request: Samples.request(command)))
        }
        // Whatever links the sender has made, those that count are of the bytes that came.
        let lying = submission { $0.facts[1].hash = .start }
        #expect(
            try read(.submitFacts(lying)).request.command == .submitFacts(submission())
        )
        // Another byte anywhere before gives another link.
        let other = submission { $0.previousHash = .start }
        guard case .submitFacts(let taken) = try read(.submitFacts(other)).request.command else {
            Issue.record("another command came out")
            return
        }
        #expect(taken.facts.count == 3)
        #expect(zip(taken.facts, submission().facts).allSatisfy { $0.hash != $1.hash })
        #expect(taken.facts.map(\.content) == submission().facts.map(\.content))
    }

    @Test func `a submission names its violations`() throws {
        #expect(try violations { _ in } == [])
        #expect(try violations { $0.locationID = "" } == ["location_id"])
        #expect(try violations { $0.epoch = 0 } == ["epoch"])
        #expect(try violations { $0.firstSequence = 0 } == ["first_sequence"])
        #expect(try violations { $0.firstSequence = .max } == ["first_sequence"])
        #expect(try violations { $0.previousHash = Data() } == ["previous_hash"])
        #expect(try violations { $0.previousHash.append(1) } == ["previous_hash"])
        #expect(try violations { $0.isSalvage = true } == ["complete_through_us"])
        #expect(
            try violations { message in
                message.facts = Array(repeating: message.facts[1], count: LedgerLimits.factsMax + 1)
            } == ["facts"]
        )
        #expect(
            try violations { message in
                message.facts = Array(repeating: message.facts[1], count: 17)
                for index in message.facts.indices {
                    message.facts[index].payload = Data(count: LedgerLimits.factBytesMax)
                }
            } == ["facts"]
        )
        #expect(
            try violations {
                $0.facts[1].payload = Data(count: LedgerLimits.factBytesMax + 1)
            } == ["facts[1].payload"]
        )
    }

    @Test func `a replay comes without the fact, which the node has kept`() throws {
        for drops in [false, true] {
            let message = ProtoReplayFactRequest(
                Samples.mark,
                drop: drops,
                reason: Samples.document,
                Samples.request(.replayFact(bare)).id,
                Samples.request(.replayFact(bare)).actor
            )
            let read = try IncomingRequest.replay(from: message.wireBytes)
            #expect(read.request.request == Samples.request(.replayFact(bare)))
            #expect(read.drops == drops)
        }
        #expect(throws: Problem.notAMessage) { try IncomingRequest.replay(from: [0xFF]) }
        let problem = #expect(throws: Problem.self) { try IncomingRequest.replay(from: []) }
        #expect(
            problem?.violations.map(\.field) == [
                "request_id", "actor", "mark.location_id", "mark.epoch", "mark.sequence",
            ]
        )
    }

    private var bare: ReplayFact {
        ReplayFact(mark: Samples.mark, hash: .start, fact: nil, reason: Samples.document)
    }

    @Test(arguments: Samples.storeOutcomes)
    func `an answer survives the wire`(outcome: Outcome) throws {
        let answer = Samples.answer(outcome)
        #expect(Answer(messageBytes: answer.messageBytes.span.bytes) == answer)
    }

    @Test(arguments: Samples.conflicts)
    func `a conflict survives the wire`(conflict: Conflict) throws {
        let proto = ProtoConflict(Samples.conflictKey, conflict)
        #expect(StoreRecordKey(proto.conflictID) == Samples.conflictKey)
        let bytes: [UInt8] = proto.wireBytes
        #expect(Conflict(try ProtoConflict(serializedBytes: bytes)) == conflict)
    }

    @Test func `a fact that was put aside is listed as it was written`() throws {
        var aside = QuarantinedFact(
            mark: Samples.mark,
            fact: SubmittedFact(
                hash: Samples.link,
                claimedTime: LogTime(microseconds: 4),
                content: .unknown(Samples.unread)
            ),
            since: LogTime(microseconds: 9)
        )
        #expect(QuarantinedFact(ProtoQuarantinedFact(aside)) == aside)
        // A salvaged one could be read.
        aside.fact.content = .known(Samples.facts[2])
        let listed = try #require(QuarantinedFact(ProtoQuarantinedFact(aside)))
        guard case .unknown(let unread) = listed.fact.content else {
            Issue.record("\(listed)")
            return
        }
        let content = FactPayload.decode(
            kind: unread.kind,
            version: unread.version,
            bytes: unread.payload,
            at: Samples.store
        )
        #expect(content == .known(Samples.facts[2]))
    }

    @Test func `what a fact left in the journal survives the wire`() {
        let trace = FactTrace(
            mark: Samples.mark,
            hash: Samples.link,
            claimedTime: LogTime(microseconds: 3),
            prices: [Money(amount: 5, currency: "EUR")],
            fate: [.oversold, .curedHolds]
        )
        #expect(FactTrace(ProtoFactTrace(trace)) == trace)
        #expect(trace.fate.words == ["OVERSOLD", "CURED_HOLDS"])
    }

    @Test(arguments: [
        ("", "conflict_id"), ("7-1", "conflict_id"), ("1-700000000-0-0", "conflict_id"),
        ("07-700000003-4d2-2", "conflict_id"),
    ])
    func `only a conflict can be resolved`(name: String, field: String) throws {
        let bytes = Samples.request(Samples.storeCommands[7]).methodBytes
        var message = try ProtoResolveConflictRequest(serializedBytes: bytes)
        message.conflictID = name
        let changed: [UInt8] = message.wireBytes
        let problem = #expect(throws: Problem.self) {
            try CommandMethod.resolveConflict.request(from: changed.span.bytes)
        }
        #expect(problem?.violations.map(\.field) == [field])
    }

    @Test func `no command about stores is one of a Session or a Batch`() throws {
        for command in Samples.storeCommands {
            #expect(ProtoCommand(Samples.request(command)).command == nil)
            let batch = Samples.request(.batch(Batch(commands: [command])))
            let problem = #expect(throws: Problem.self) {
                try CommandMethod.atomicBatch.request(from: batch.methodBytes.span.bytes)
            }
            #expect(problem?.violations.first?.field == "commands[0].command")
        }
    }
}
