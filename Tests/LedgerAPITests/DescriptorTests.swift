import LedgerAPI
import SwiftProtobuf
import Testing

@Suite struct DescriptorTests {
    let files: [Google_Protobuf_FileDescriptorProto]

    init() throws {
        files = try Google_Protobuf_FileDescriptorSet(
            serializedBytes: Descriptors.fileDescriptorSet
        ).file
    }

    @Test(arguments: [
        (
            "estoque.v1.LedgerService",
            [
                "UpsertItem", "UpsertLocation", "Receive", "Adjust", "Sell", "Reserve", "Extend",
                "Confirm", "Fulfill", "Release", "MarkUnavailable", "WriteOff", "SetStockPolicy",
                "Return", "Count", "CreateTransfer", "ShipTransfer", "ReceiveTransfer",
                "CancelTransfer", "SetOffer", "AtomicBatch", "Batch", "Session",
            ]
        ),
        (
            "estoque.v1.StockService",
            [
                "GetItem", "GetLocation", "GetStockLevel", "GetAvailability", "GetReservation",
                "GetSale", "GetTransfer", "GetOffer",
            ]
        ),
        (
            "estoque.v1.BookService",
            [
                "ListHistory", "GetStockAsOf", "SearchItems", "ListTable", "WatchChanges",
                "Verify",
            ]
        ),
        (
            "estoque.v1.ClusterService",
            [
                "GetStatus", "GetDigest", "AddMember", "RemoveMember", "ReplaceMember",
                "PromoteMember", "DemoteMember", "TransferLeadership",
            ]
        ),
        (
            "estoque.v1.StoreService",
            [
                "RegisterStore", "SubmitFacts", "GrantAllotment", "RecallAllotment",
                "RevokeAllotment", "ResolveConflict", "ReplayFact", "ListStores",
                "ListConflicts", "ListQuarantined", "ListAllotments", "ListStoreRows",
            ]
        ),
        ("grpc.health.v1.Health", ["Check", "Watch"]),
        ("grpc.reflection.v1.ServerReflection", ["ServerReflectionInfo"]),
    ])
    func `the descriptors tell of every service`(service: String, methods: [String]) throws {
        let found = files.lazy.flatMap { file in
            file.service.map { (name: "\(file.package).\($0.name)", service: $0) }
        }.first { $0.name == service }
        #expect(try #require(found).service.method.map(\.name) == methods)
    }

    @Test func `a file comes after those that it imports`() {
        var seen: Set<String> = []
        for file in files {
            for dependency in file.dependency {
                #expect(seen.contains(dependency), "\(file.name) imports \(dependency)")
            }
            seen.insert(file.name)
        }
        #expect(seen.contains("estoque/v1/ledger.proto"))
    }
}
