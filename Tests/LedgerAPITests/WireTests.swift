import Ledger
import LedgerAPI
import SwiftProtobuf
import TestSupport
import Testing

/// The hand-written readers and writers against the generated messages.
@Suite struct WireTests {
    static let requests = Samples.commands.map(Samples.request)
    static let results: [CommandResult] =
        Samples.outcomes.map { .answered(Samples.answer($0)) }
        + Samples.outcomes.map { .answered(Samples.answer($0, replayed: false)) }
        + RefusalCase.all.map { .answered(Samples.answer(.refused($0.refusal))) }
        + ProblemTests.problems.map { .failed($0.problem) }

    @Test(arguments: requests)
    func `a request has the bytes that the generated message has`(request: Request) throws {
        let command = ProtoCommand(request)
        let method = CommandMethod(request.command)
        var bytes: [UInt8] = []
        SessionCodec.append(request, tag: 300, to: &bytes)
        var session = ProtoSessionRequest()
        session.commands = [
            .with {
                $0.tag = 300
                $0.command = command
            }
        ]
        // Maps have no order on the wire.
        if ![.upsertItem, .setOffer].contains(method) { #expect(bytes == session.wireBytes) }
        #expect(try ProtoSessionRequest(serializedBytes: bytes) == session)
        var batchBytes: [UInt8] = []
        SessionCodec.append(request, to: &batchBytes)
        var batch = ProtoBatchRequest()
        batch.commands = [command]
        #expect(try ProtoBatchRequest(serializedBytes: batchBytes) == batch)
        let read = try method.request(from: request.methodBytes.span.bytes)
        #expect(read == IncomingRequest(request: request))
    }

    @Test func `a session's message brings all its requests with their tags`() throws {
        var bytes: [UInt8] = []
        for (tag, request) in Self.requests.enumerated() {
            SessionCodec.append(request, tag: UInt64(tag), to: &bytes)
        }
        let read = try SessionCodec.sessionRequests(from: bytes.span.bytes)
        #expect(read.map(\.tag) == Array(0..<UInt64(Self.requests.count)))
        #expect(read.map(\.request) == Self.requests.map { .success(IncomingRequest(request: $0)) })
    }

    @Test func `a batch's message brings all its requests by index`() throws {
        var bytes: [UInt8] = []
        for request in Self.requests { SessionCodec.append(request, to: &bytes) }
        let read = try SessionCodec.batchRequests(from: bytes.span.bytes)
        #expect(read.map(\.tag) == Array(0..<UInt64(Self.requests.count)))
        #expect(read.map(\.request) == Self.requests.map { .success(IncomingRequest(request: $0)) })
    }

    @Test func `an invalid command does not touch the others of its message`() throws {
        var proto = ProtoSessionRequest()
        proto.commands = Self.requests.prefix(3).enumerated().map { index, request in
            .with {
                $0.tag = UInt64(index) + 10
                $0.command = ProtoCommand(request)
            }
        }
        proto.commands[1].command = ProtoCommand()
        let bytes: [UInt8] = proto.wireBytes
        let read = try SessionCodec.sessionRequests(from: bytes.span.bytes)
        let missing = FieldViolation(field: "command", description: "is required")
        #expect(read.map(\.tag) == [10, 11, 12])
        #expect(
            read.map(\.request) == [
                .success(IncomingRequest(request: Self.requests[0])),
                .failure(InvalidRequest(violations: [missing])),
                .success(IncomingRequest(request: Self.requests[2])),
            ]
        )
    }

    @Test func `answers have the bytes that the generated message has`() throws {
        for result in Self.results {
            var bytes: [UInt8] = []
            SessionCodec.append(result, tag: 7, to: &bytes)
            var response = ProtoSessionResponse()
            response.answers = [ProtoTaggedAnswer(tag: 7, result)]
            #expect(try ProtoSessionResponse(serializedBytes: bytes) == response)
            if case .answered(let answer) = result, case .reservation = answer.outcome {
                #expect(bytes == response.wireBytes)
            }
            #expect(
                SessionCodec.results(from: bytes.span.bytes)
                    == [TaggedResult(tag: 7, result: result)]
            )
        }
    }

    @Test(arguments: Samples.outcomes)
    func `a unary answer survives`(outcome: Outcome) throws {
        let answer = Samples.answer(outcome)
        let bytes = answer.messageBytes
        // Maps have no order on the wire.
        #expect(try ProtoAnswer(serializedBytes: bytes) == ProtoAnswer(answer))
        #expect(Answer(messageBytes: bytes.span.bytes) == answer)
    }

    @Test(arguments: [0, 1, 127, 128, 129, 16_383, 16_384, 20_000])
    func `a message of any length has its length before it`(lines: Int) throws {
        var reservation = Samples.held()
        let line = ReservationLine(
            sku: SKU(unchecked: "A"),
            location: LocationID(unchecked: "B"),
            requested: 1
        )
        reservation.lines = Array(repeating: line, count: lines / 10)
        reservation.orderReference = Reference(
            unchecked: String(repeating: "x", count: 1 + lines % 10)
        )
        let answer = Samples.answer(.reservation(reservation))
        #expect(answer.messageBytes == ProtoAnswer(answer).wireBytes)
    }

    @Test func `there is room for the longest of every field`() throws {
        let longest = String(repeating: "~", count: 64)
        let sku = SKU(unchecked: longest)
        let location = LocationID(unchecked: longest)
        var line = ReservationLine(sku: sku, location: location, requested: -1)
        line.fulfilled = -1
        line.released = -1
        let owner = Owner(kind: .order, reference: Reference(unchecked: longest))
        let reservation = Reservation(
            id: ReservationID(unchecked: longest),
            owner: owner,
            state: .expired,
            lines: [line, line, line],
            expireTime: LogTime(microseconds: .max),
            maxExpireTime: LogTime(microseconds: .max),
            orderReference: Reference(unchecked: longest),
            version: .max
        )
        var level = StockLevel()
        level.onHand = -1
        level.reserved = -1
        level.allotted = -1
        level.unavailable = -1
        level.incoming = -1
        level.safetyStock = -1
        level.backorderLimit = -1
        level.version = .max
        let view = LevelView(sku: sku, location: location, level: level)
        let outcomes: [Outcome] = [
            .reservation(reservation), .levels([view, view, view]), .version(.max),
        ]
        for outcome in outcomes {
            let answer = Answer(
                position: Position(.max),
                logTime: LogTime(microseconds: .max),
                outcome: outcome,
                replayed: true
            )
            var bytes: [UInt8] = []
            SessionCodec.append(.answered(answer), tag: .max, to: &bytes)
            var response = ProtoSessionResponse()
            response.answers = [ProtoTaggedAnswer(tag: .max, .answered(answer))]
            #expect(bytes.count == response.wireBytes.count)
        }
        let lines = Array(
            repeating: StockLine(sku: sku, location: location, quantity: -1),
            count: 3
        )
        let commands: [Command] = [
            .sell(Sell(lines: lines, document: Reference(unchecked: longest))),
            .reserve(
                Reserve(
                    reservation: ReservationID(unchecked: longest),
                    owner: owner,
                    lines: lines,
                    ttl: Milliseconds(.max),
                    replaces: ReservationID(unchecked: longest)
                )
            ),
        ]
        for command in commands {
            let request = Request(
                id: RequestID(unchecked: longest),
                actor: Actor(unchecked: longest),
                command: command
            )
            var bytes: [UInt8] = []
            SessionCodec.append(request, tag: .max, to: &bytes)
            var proto = ProtoSessionRequest()
            proto.commands = [
                .with {
                    $0.tag = .max
                    $0.command = ProtoCommand(request)
                }
            ]
            #expect(bytes.count == proto.wireBytes.count)
        }
    }

    @Test func `a message with too many commands is refused whole`() throws {
        let one: [UInt8] = [0x0A, 0x00]
        let most = [UInt8](repeating: 0, count: APILimits.commandsPerMessageMax).flatMap { _ in one
        }
        #expect(
            try SessionCodec.batchRequests(from: most.span.bytes).count
                == APILimits.commandsPerMessageMax
        )
        let more = most + one
        let problem = #expect(throws: Problem.self) {
            try SessionCodec.sessionRequests(from: more.span.bytes)
        }
        #expect(problem?.violations.map(\.field) == ["commands"])
    }

    @Test func `spoilt bytes are read as the generated messages read them`() throws {
        var random = SplitMix(seed: 2_026)
        var bytes: [UInt8] = []
        for (tag, request) in Self.requests.enumerated() {
            SessionCodec.append(request, tag: UInt64(tag), to: &bytes)
        }
        var readable = 0
        for _ in 0..<4_000 {
            let spoilt = random.spoil(bytes)
            let fast = Result { () throws(Problem) in
                try SessionCodec.sessionRequests(from: spoilt.span.bytes)
            }
            switch (fast, try? ProtoSessionRequest(serializedBytes: spoilt)) {
            case (.success(let requests), let message?):
                readable += 1
                #expect(requests.map(\.tag) == message.commands.map(\.tag))
                let expected = message.commands.map { command in
                    Result { () throws(InvalidRequest) in
                        try IncomingRequest(command.command)
                    }
                }
                #expect(requests.map(\.request) == expected)
            case (.failure(let problem), nil): #expect(problem == .notAMessage)
            case (let fast, let slow):
                Issue.record("fast: \(fast), slow: \(String(describing: slow))")
            }
        }
        #expect(readable > 100)
    }

    @Test func `spoilt answers are read as the generated messages read them`() throws {
        var random = SplitMix(seed: 4_711)
        for result in Self.results {
            var bytes: [UInt8] = []
            SessionCodec.append(result, tag: 1, to: &bytes)
            for _ in 0..<60 {
                let spoilt = random.spoil(bytes)
                let fast = SessionCodec.results(from: spoilt.span.bytes)
                let slow = (try? ProtoSessionResponse(serializedBytes: spoilt))
                    .flatMap { message -> [TaggedResult]? in
                        let results = message.answers.map { answer in
                            CommandResult(answer).map { TaggedResult(tag: answer.tag, result: $0) }
                        }
                        return results.contains { $0 == nil } ? nil : results.compactMap { $0 }
                    }
                #expect(fast == slow)
            }
        }
    }
}

extension SplitMix {
    /// The bytes with some of them changed, cut off, left out or doubled.
    mutating func spoil(_ bytes: [UInt8]) -> [UInt8] {
        var spoilt = bytes
        for _ in 0...Int.random(in: 0...2, using: &self) {
            guard let index = spoilt.indices.randomElement(using: &self) else { return spoilt }
            switch Int.random(in: 0..<8, using: &self) {
            case 0: spoilt.removeSubrange(index...)
            case 1: spoilt.remove(at: index)
            case 2: spoilt.insert(spoilt[index], at: index)
            case 3: spoilt[index] = UInt8.random(in: .min ... .max, using: &self)
            case 4: spoilt[index] &+= 1
            case 5: spoilt[index] &-= 1
            default: spoilt[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            }
        }
        return spoilt
    }
}
