import GRPCWire
import NIOCore
import Testing

@Suite
struct UnaryTests {
    @Test(arguments: [0, 1, 100, 16_384, 16_385, 300_000, 4_194_304])
    func `a message comes back as it went, whatever its size`(size: Int) async throws {
        try await EchoServer.run { _, client in
            let message = ByteBuffer(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let reply = try await client.call(EchoServer.unary, message)
            #expect(reply.message == message)
        }
    }

    @Test
    func `metadata travels both ways, text and bytes`() async throws {
        try await EchoServer.run { _, client in
            var metadata: GRPCMetadata = ["x-text": "some text"]
            metadata.add([0, 255, 7], for: "x-data-bin")
            let reply = try await client.call(EchoServer.unary, ByteBuffer(), metadata: metadata)
            #expect(reply.initialMetadata["x-text"] == "some text")
            #expect(reply.initialMetadata.bytes(for: "x-data-bin") == [0, 255, 7])
            #expect(reply.trailers["x-trailer"] == "t")
        }
    }

    @Test
    func `an error brings its code, message, details and trailers`() async throws {
        try await EchoServer.run { _, client in
            let end = await #expect(throws: GRPCCallEnd.self) {
                try await client.call(EchoServer.fail, ByteBuffer(string: "x"))
            }
            #expect(end?.status.code == .failedPrecondition)
            #expect(end?.status.message == "não há 100% disso\n")
            #expect(end?.status.details == EchoServer.details)
            #expect(end?.trailers["x-why"] == "because")
            #expect(end?.mayHaveRun == true)
        }
    }

    @Test
    func `an unknown method is UNIMPLEMENTED`() async throws {
        try await EchoServer.run { _, client in
            let end = await #expect(throws: GRPCCallEnd.self) {
                try await client.call("/test.Echo/Nothing", ByteBuffer())
            }
            #expect(end?.status.code == .unimplemented)
        }
    }
}
