import GRPCWire
import Ledger
import LedgerAPI
import LedgerClient
import SwiftProtobuf
import Testing

@Suite struct ReadTests {
    static func stamp(_ position: UInt64) -> ProtoReadStamp {
        .with {
            $0.position = position
            $0.stalenessMs = 40
            $0.nodeID = "n2"
            $0.role = .follower
        }
    }

    static let level: [UInt8] = {
        var level = StockLevel()
        level.onHand = 5
        level.reserved = 2
        var answer = ProtoGetStockLevelResponse()
        answer.level = ProtoStockLevel(sku: Sample.sku, location: Sample.store, level: level)
        answer.stamp = stamp(77)
        return answer.wireBytes
    }()

    @Test(arguments: [
        (ReadConsistency.stale, ProtoConsistency.Level.stale, UInt64(0), UInt64(0)),
        (.bounded(maxStaleness: .milliseconds(1_250)), .bounded, 1_250, 0),
        (.bounded(maxStaleness: .seconds(-1)), .bounded, 0, 0),
        (.bounded(maxStaleness: .seconds(Int64.max)), .bounded, .max, 0),
        (.session(minPosition: Position(9)), .session, 0, 9),
        (.linearizable, .linearizable, 0, 0),
    ])
    func `a read asks at its level, and says how old its answer is`(
        consistency: ReadConsistency,
        level: ProtoConsistency.Level,
        maxStaleness: UInt64,
        minPosition: UInt64
    ) async throws {
        let node = try await FakeNode.start(
            reads: [ServicePath.getStockLevel: { _ in .success(Self.level) }]
        )
        try await withClient(of: [node]) { client in
            let read = try await client.stockLevel(Sample.sku, at: Sample.store, consistency)
            #expect(read.value.level.available == 3)
            #expect(read.position == Position(77))
            #expect(read.staleness == .milliseconds(40))
            #expect(read.node == "n2")
            #expect(read.role == .follower)
            let question = try ProtoGetStockLevelRequest(serializedBytes: node.reads[0])
            #expect(question.sku == "MUG")
            #expect(question.locationID == "store-7")
            #expect(question.consistency.level == level)
            #expect(question.consistency.maxStalenessMs == maxStaleness)
            #expect(question.consistency.minPosition == minPosition)
        }
    }

    @Test func `a node that is too old is left for another`() async throws {
        let stale = Problem.stale(age: Milliseconds(900), retryDelay: Milliseconds(1))
        let old = try await FakeNode.start(
            reads: [ServicePath.getStockLevel: { _ in .failure(GRPCStatus(stale)) }]
        )
        let fresh = try await FakeNode.start(
            reads: [ServicePath.getStockLevel: { _ in .success(Self.level) }]
        )
        try await withClient(of: [old, fresh]) { client in
            let read = try await client.stockLevel(
                Sample.sku,
                at: Sample.store,
                .bounded(maxStaleness: .milliseconds(100))
            )
            #expect(read.position == Position(77))
            #expect(old.reads == fresh.reads)
        }
    }

    @Test func `what is not there is an error`() async throws {
        let missing = Problem(.reservationNotFound(ReservationID(unchecked: "x")))
        let node = try await FakeNode.start(
            reads: [ServicePath.getReservation: { _ in .failure(GRPCStatus(missing)) }]
        )
        try await withClient(of: [node]) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.reservation(ReservationID(unchecked: "x"))
            }
            #expect(error?.code == .notFound)
            #expect(error?.reason == .reservationNotFound)
            #expect(error?.requestID == nil)
            #expect(node.reads.count == 1)
        }
    }

    @Test func `entities are read whole`() async throws {
        let item = Item(
            sku: Sample.sku,
            title: "Mug",
            attributes: [Attribute(name: "colour", value: "blue")],
            price: 900,
            currency: "EUR",
            state: .active,
            version: 3
        )
        let location = Location(
            id: Sample.store,
            name: "Rua Augusta",
            kind: .store,
            priority: 1,
            sellsOnline: true,
            state: .active,
            version: 2
        )
        let held = Sample.reservation(ReservationID(unchecked: "hold"))
        let itemAnswer = ProtoGetItemResponse.with {
            $0.item = ProtoItem(item)
            $0.levels = [
                ProtoStockLevel(sku: Sample.sku, location: Sample.store, level: StockLevel())
            ]
            $0.stamp = .with {
                $0.position = 5
                $0.role = .leader
            }
        }
        let locationAnswer = ProtoGetLocationResponse.with { $0.location = ProtoLocation(location) }
        let heldAnswer = ProtoGetReservationResponse.with {
            $0.reservation = ProtoReservation(held)
        }
        let available = ProtoGetAvailabilityResponse.with {
            $0.availabilities = [
                .with {
                    $0.sku = "MUG"
                    $0.status = .lowStock
                    $0.available = 2
                    $0.price = 900
                },
                .with {
                    $0.sku = "CUP"
                    $0.status = .unknownItem
                },
            ]
        }
        let node = try await FakeNode.start(reads: [
            ServicePath.getItem: { _ in .success(itemAnswer.wireBytes) },
            ServicePath.getLocation: { _ in .success(locationAnswer.wireBytes) },
            ServicePath.getReservation: { _ in .success(heldAnswer.wireBytes) },
            ServicePath.getAvailability: { _ in .success(available.wireBytes) },
        ])
        try await withClient(of: [node]) { client in
            let read = try await client.item(Sample.sku)
            #expect(read.value.item == item)
            #expect(read.value.levels.map(\.location) == [Sample.store])
            #expect(read.staleness == nil)
            #expect(read.role == .leader)
            #expect(try await client.location(Sample.store).value == location)
            #expect(try await client.reservation(held.id).value == held)
            let found = try await client.availability([Sample.sku, SKU(unchecked: "CUP")]).value
            #expect(found.map(\.status) == [.lowStock, .unknownItem])
            #expect(found[0].available == 2)
        }
    }

    @Test func `a question to one node goes to no other`() async throws {
        let status = ProtoGetStatusResponse.with {
            $0.nodeID = "n1"
            $0.ready = true
        }
        let broken = try await FakeNode.start(reads: [
            ServicePath.getStatus: { number in
                number == 0
                    ? .failure(GRPCStatus(Problem.notReady(retryDelay: Milliseconds(1))))
                    : .success(status.wireBytes)
            }
        ])
        let other = try await FakeNode.start(
            reads: [ServicePath.getStatus: { _ in .success(status.wireBytes) }]
        )
        try await withClient(of: [broken, other], knowing: [other.address]) { client in
            let answer: ProtoGetStatusResponse = try await client.ask(
                ServicePath.getStatus,
                ProtoGetStatusRequest(),
                of: broken.address
            )
            #expect(answer == status)
            #expect(broken.reads.count == 2)
            #expect(other.reads.isEmpty)
        }
    }
}
