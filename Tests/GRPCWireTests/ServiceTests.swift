import NIOCore
import Synchronization
import Testing

@testable import GRPCWire

@Suite
struct ServiceTests {
    private func request(_ service: String) -> ByteBuffer {
        var writer = ProtobufWriter()
        writer.write(service, field: 1)
        return writer.buffer
    }

    @Test
    func `health answers for each service, and tells watchers of changes in order`() async throws {
        let health = GRPCHealthService()
        var router = GRPCRouter()
        health.register(in: &router)
        health.set(.notServing, for: "a.B")
        try await EchoServer.run(router: router) { _, client in
            let overall = try await client.call("/grpc.health.v1.Health/Check", ByteBuffer())
            #expect(Array(buffer: overall.message) == [8, 1])
            let one = try await client.call("/grpc.health.v1.Health/Check", request("a.B"))
            #expect(Array(buffer: one.message) == [8, 2])
            let unknown = await #expect(throws: GRPCCallEnd.self) {
                try await client.call("/grpc.health.v1.Health/Check", request("x"))
            }
            #expect(unknown?.status.code == .notFound)

            let seen = Probe<[UInt8]>()
            let asked = request("a.B")
            let call = try await client.eventLoop.submit {
                let call = client.startCall("/grpc.health.v1.Health/Watch") { event in
                    if case .message(let message) = event { seen.note(Array(buffer: message)) }
                }
                call.send(asked, end: true)
                return call.handle
            }.get()
            try await seen.wait { $0.count == 1 }
            health.set(.serving, for: "a.B")
            health.set(.serving, for: "other")
            health.shutDown()
            health.set(.serving, for: "a.B")
            let told = try await seen.wait { $0.count == 3 }
            #expect(told == [[8, 2], [8, 1], [8, 2]])
            call.run { $0.cancel() }
        }
    }

    /// Two files, `a.proto` (package p, message Outer { message Inner; enum E { V } field f }, service S { rpc M }) that imports
    /// `b.proto` (no package, enum Top { W }).
    private var descriptors: ByteBuffer {
        func named(_ name: String, _ parts: [(UInt64, ByteBuffer)] = []) -> ByteBuffer {
            var writer = ProtobufWriter()
            writer.write(name, field: 1)
            for (field, part) in parts { writer.write(part, field: field) }
            return writer.buffer
        }
        let outer = named(
            "Outer",
            [(2, named("f")), (3, named("Inner")), (4, named("E", [(2, named("V"))]))]
        )
        let a = named(
            "a.proto",
            [
                (2, ByteBuffer(string: "p")), (3, ByteBuffer(string: "b.proto")), (4, outer),
                (6, named("S", [(2, named("M"))])),
            ]
        )
        let b = named("b.proto", [(5, named("Top", [(2, named("W"))]))])
        var set = ProtobufWriter()
        set.write(a, field: 1)
        set.write(b, field: 1)
        return set.buffer
    }

    @Test(arguments: [
        ("p.Outer", 2), ("p.Outer.f", 2), ("p.Outer.Inner", 2), ("p.Outer.E", 2), ("p.Outer.V", 2),
        ("p.S", 2), ("p.S.M", 2), (".p.S", 2), ("Top", 1), ("W", 1), ("p.Top", 0), ("", 0),
    ])
    func `a symbol is found with the files that its own imports`(symbol: String, count: Int) throws
    {
        let index = try DescriptorIndex(fileDescriptorSet: descriptors)
        #expect(index.files(defining: symbol)?.count ?? 0 == count)
    }

    @Test(
        arguments: [[0x0A], [0x0A, 5, 1], [0x0B], [0xFF, 0xFF], [0x0A, 2, 0x0A, 9]] as [[UInt8]]
    )
    func `what is no descriptor set is refused`(bytes: [UInt8]) {
        #expect(throws: GRPCReflectionService.MalformedDescriptors.self) {
            try GRPCReflectionService(fileDescriptorSet: ByteBuffer(bytes: bytes))
        }
    }

    @Test
    func `reflection lists services and gives files, in both versions`() async throws {
        var router = EchoServer.router
        try GRPCReflectionService(fileDescriptorSet: descriptors).register(in: &router)
        try await EchoServer.run(router: router) { _, client in
            for version in ["v1", "v1alpha"] {
                let answers = Probe<ByteBuffer>()
                let path = "/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo"
                let call = try await client.eventLoop.submit {
                    client.startCall(path) { event in
                        if case .message(let message) = event { answers.note(message) }
                    }.handle
                }.get()
                for (field, text) in [(7, ""), (3, "b.proto"), (4, "no.Such")] as [(UInt64, String)]
                {
                    var question = ProtobufWriter()
                    question.write(text, field: field)
                    let message = question.buffer
                    call.run { $0.send(message) }
                }
                let seen = try await answers.wait { $0.count == 3 }
                let kinds = try seen.map { answer in
                    var fields: [UInt64] = []
                    var reader = ProtobufReader(answer)
                    while let field = try reader.next() { fields.append(field.number) }
                    return fields
                }
                // original_request, then list_services, file_descriptor or error.
                #expect(kinds == [[2, 6], [2, 4], [2, 7]])
                call.run { $0.cancel() }
            }
        }
    }

    @Test
    func `admission sees every call first`() async throws {
        var router = EchoServer.router
        router.admission = { call in
            call.metadata["x-key"] == "open"
                ? nil : GRPCStatus(.unauthenticated, "no key for \(call.path)")
        }
        try await EchoServer.run(router: router) { _, client in
            let end = await #expect(throws: GRPCCallEnd.self) {
                try await client.call(EchoServer.unary, ByteBuffer())
            }
            #expect(end?.status.code == .unauthenticated)
            let reply = try await client.call(
                EchoServer.unary,
                ByteBuffer(),
                metadata: ["x-key": "open"]
            )
            #expect(reply.initialMetadata["x-key"] == "open")
        }
    }
}
