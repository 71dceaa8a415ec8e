import GRPCWire
import Ledger
import LedgerAPI
import LedgerClient
import NIOCore
import NIOPosix
import SwiftProtobuf
import Synchronization
import Testing

/// What a node was asked.
private final class Questions: Sendable {
    private let list = Mutex<[ProtoWatchChangesRequest]>([])
    var all: [ProtoWatchChangesRequest] { list.withLock { $0 } }
    func add(_ question: ProtoWatchChangesRequest) { list.withLock { $0.append(question) } }
}

/// A node that tells of some rows, and then ends the stream, if it has an end.
private struct WatchedNode: Sendable {
    let server: GRPCServer
    let questions: Questions

    var address: NodeAddress {
        NodeAddress(host: "127.0.0.1", port: server.localAddress.port ?? 0)
    }

    static func start(_ positions: [UInt64], end: GRPCStatus? = nil) async throws -> WatchedNode {
        let questions = Questions()
        var router = GRPCRouter()
        router.serverStreaming(ServicePath.watchChanges) { bytes, call in
            let asked = [UInt8](bytes.readableBytesView)
            guard let question = try? ProtoWatchChangesRequest(serializedBytes: asked) else {
                return
            }
            questions.add(question)
            for position in positions where position > question.afterPosition {
                var message = ProtoWatchChangesResponse()
                message.entries = [row(position)]
                message.position = position
                call.send(ByteBuffer(bytes: message.wireBytes))
            }
            if let end { call.fail(end) }
        }
        let server = try await GRPCServer.start(
            on: MultiThreadedEventLoopGroup.singleton,
            host: "127.0.0.1",
            port: 0,
            router: router
        )
        return WatchedNode(server: server, questions: questions)
    }

    private static func row(_ position: UInt64) -> ProtoJournalEntry {
        var row = ProtoJournalEntry()
        row.sequence = position
        row.position = position
        row.kind = "UPSERT_ITEM"
        row.document = "MUG"
        row.requestID = "request-\(position)"
        row.answer.position = position
        row.answer.version = position
        return row
    }
}

@Suite struct `Watching changes` {
    private func withNodes(
        _ nodes: [WatchedNode],
        _ body: (EstoqueClient) async throws -> Void
    ) async throws {
        let client = EstoqueClient(nodes: nodes.map(\.address), actor: Sample.till)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        await client.close()
        for node in nodes { await node.server.shutdown(within: .zero) }
        try result.get()
    }

    @Test func `goes on at another node behind the last position that was told`() async throws {
        let broken = try await WatchedNode.start(
            [3, 4, 5],
            end: GRPCStatus(.unavailable, "the node goes down")
        )
        let other = try await WatchedNode.start([3, 4, 5, 6, 7])
        try await withNodes([broken, other]) { client in
            let told = Mutex<[UInt64]>([])
            await #expect(throws: EstoqueError.self) {
                try await client.watch(after: Position(3), at: broken.address) {
                    entries,
                    position in
                    told.withLock { $0 += entries.map(\.position.rawValue) }
                    #expect(entries.last?.position == position)
                    return true
                }
            }
            let last = told.withLock { $0.last }
            #expect(last == 5)
            try await client.watch(after: Position(last ?? 0), at: other.address) { entries, _ in
                told.withLock { told in
                    told += entries.map(\.position.rawValue)
                    return told.last != 7
                }
            }
            #expect(told.withLock { $0 } == [4, 5, 6, 7])
        }
        #expect(broken.questions.all.map(\.afterPosition) == [3])
        #expect(other.questions.all.map(\.afterPosition) == [5])
        #expect(other.questions.all.allSatisfy { !$0.fromNow })
    }

    @Test func `without a position it begins now, and ends when its task is cancelled`()
        async throws
    {
        let node = try await WatchedNode.start([9])
        try await withNodes([node]) { client in
            await withThrowingTaskGroup { group in
                let (told, continuation) = AsyncStream.makeStream(of: JournalEntry.self)
                group.addTask {
                    try await client.watch(after: nil) { entries, _ in
                        for entry in entries { continuation.yield(entry) }
                        return true
                    }
                }
                for await entry in told {
                    #expect(entry.document?.text == "MUG")
                    #expect(entry.result == .done(.version(9)))
                    break
                }
                group.cancelAll()
                await #expect(throws: EstoqueError.self) { try await group.waitForAll() }
            }
        }
        #expect(node.questions.all.map(\.fromNow) == [true])
    }
}
