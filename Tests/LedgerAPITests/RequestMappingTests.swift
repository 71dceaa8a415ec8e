import Ledger
import LedgerAPI
import SwiftProtobuf
import Testing

@Suite struct RequestMappingTests {
    @Test(arguments: Samples.commands)
    func `a request survives the wire`(command: Command) throws {
        let request = Samples.request(command)
        let bytes: [UInt8] = ProtoCommand(request).wireBytes
        #expect(try Request(ProtoCommand(serializedBytes: bytes)) == request)
    }

    @Test func `attributes arrive sorted by their bytes`() throws {
        var proto = ProtoUpsertItemRequest()
        proto.requestID = "r"
        proto.actor = "a"
        proto.sku = "s"
        proto.state = .active
        proto.attributes = ["b": "1", "é": "2", "B": "3", "z": "4", "a": "5"]
        var command = ProtoCommand()
        command.upsertItem = proto
        guard case .upsertItem(let item) = try Request(command).command else {
            Issue.record("another command came out")
            return
        }
        #expect(item.attributes.map(\.name) == ["B", "a", "b", "z", "é"])
        #expect(item.attributes.map(\.value) == ["3", "5", "1", "4", "2"])
    }

    @Test func `fields of a newer client are passed over`() throws {
        let request = Samples.request(Samples.commands[7])
        guard case .reserve(let inner)? = ProtoCommand(request).command else {
            Issue.record("the sample is no reserve")
            return
        }
        // Field 100, a varint, and field 101, four bytes: unknown to this version.
        let unknown: [UInt8] = [0xA0, 0x06, 0x2A, 0xAA, 0x06, 0x04, 1, 2, 3, 4]
        let bytes: [UInt8] = inner.wireBytes + unknown
        let read = try CommandMethod.reserve.request(from: bytes.span.bytes)
        #expect(read == IncomingRequest(request: request))
    }

    @Test(arguments: Samples.commands)
    func `a request that only asks says so, and is else the same`(command: Command) throws {
        let request = Samples.request(command)
        let read = try CommandMethod(command).request(from: request.validationBytes.span.bytes)
        #expect(read == IncomingRequest(request: request, validateOnly: true))
    }

    @Test func `a message without a command is refused`() {
        #expect(
            throws: InvalidRequest(violations: [
                FieldViolation(field: "command", description: "is required")
            ])
        ) {
            try Request(ProtoCommand())
        }
    }
}
