import AgentCore
import Ledger
import NIOCore
import NIOPosix
import Replica
import Synchronization
import Testing

@testable import LedgerRPC

/// An agent in the place of a node.
@Suite struct TillNodeTests {
    private static let store = LocationID(unchecked: "store-7")
    private static let tea = SKU(unchecked: "TEA-250")

    /// A desk that notes what it is asked and tells always the same.
    private final class Desk: StoreDesk {
        let location = TillNodeTests.store
        let settings = AgentSettings()
        let isCutOff: Bool
        let answer: TillAnswer
        let asked = Mutex<[TillRequest]>([])

        init(isCutOff: Bool, answer: TillAnswer) {
            self.isCutOff = isCutOff
            self.answer = answer
        }

        func ask(_ request: TillRequest) async throws(DeskClosed) -> TillAnswer {
            asked.withLock { $0.append(request) }
            return answer
        }

        func stock(_ sku: SKU) async throws(DeskClosed) -> AgentStock? { nil }
        func items(matching text: String, limit: Int) async throws(DeskClosed) -> [AgentStock] {
            []
        }
        func pickUps(after: String?, limit: Int) async throws(DeskClosed) -> [Reservation] { [] }
        func transfers(after: String?, limit: Int) async throws(DeskClosed) -> [Transfer] { [] }
        func sale(_ id: SaleID) async throws(DeskClosed) -> Sale? { nil }
        func pickUp(_ id: ReservationID) async throws(DeskClosed) -> Reservation? { nil }
        func transfer(_ id: TransferID) async throws(DeskClosed) -> Transfer? { nil }
        func offer(_ sku: SKU) async throws(DeskClosed) -> Offer? { nil }
        func openUnits() async throws(DeskClosed) -> Quantity { 0 }

        func status() async throws(DeskClosed) -> AgentStatus {
            var core = AgentCore(
                rows: InMemoryAgentRows(
                    location: location,
                    instance: Reference(unchecked: "instance")
                ),
                codec: EntryFactCodec(),
                settings: settings,
                seed: 1,
                clock: AgentClock(wall: LogTime(microseconds: 1), steady: Milliseconds(1))
            )
            var status = core.status()
            status.isCutOff = isCutOff
            status.head.copy = AgentHead.Copy(position: Position(9), known: 0)
            return status
        }
    }

    private func submit(_ command: Command, to desk: Desk) async -> SubmitResult {
        let node = TillNode(
            desk: desk,
            on: MultiThreadedEventLoopGroup.singleton.next()
        ) { request, _ in
            .answered(
                Answer(
                    position: Position(77),
                    logTime: LogTime(microseconds: 1),
                    outcome: .done
                )
            )
        }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await node.run() }
            let request = Request(
                id: RequestID(unchecked: "request-1"),
                actor: Actor(unchecked: "till"),
                command: command
            )
            let result = await withCheckedContinuation { continuation in
                node.submit([request], deadline: .now() + .seconds(20)) { _, result in
                    continuation.resume(returning: result)
                }
            }
            group.cancelAll()
            return result
        }
    }

    private static let receipt = TillReceipt(
        epoch: 1,
        sequence: 1,
        sale: nil,
        time: LogTime(microseconds: 5),
        lines: []
    )

    @Test func `a sale is the agent's, and is named as the cluster would name it`() async {
        let desk = Desk(isCutOff: true, answer: .done(Self.receipt))
        let line = StockLine(sku: Self.tea, location: Self.store, quantity: 1)
        let result = await submit(.sell(Sell(lines: [line])), to: desk)
        guard case .answered(let answer) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(answer.outcome == .levels([]))
        #expect(answer.position == Position(9))
        let asked = desk.asked.withLock { $0 }
        let sale = SaleID(RequestID(unchecked: "request-1"))
        #expect(asked.map(\.command) == [.sell(Sell(lines: [line], sale: sale))])
    }

    @Test(arguments: [true, false])
    func `what is the cluster's is sent on, or refused while it is away`(
        isCutOff: Bool
    ) async {
        let desk = Desk(isCutOff: isCutOff, answer: .done(Self.receipt))
        let command = Command.cancelTransfer(CancelTransfer(transfer: TransferID(unchecked: "t")))
        let result = await submit(command, to: desk)
        if isCutOff {
            #expect(result == .noLeader)
        } else if case .answered(let answer) = result {
            #expect(answer.position == Position(77))
        } else {
            Issue.record("\(result)")
        }
        #expect(desk.asked.withLock { $0.isEmpty })
    }

    @Test func `a frozen store refuses, and one without a copy is no leader`() async {
        let line = StockLine(sku: Self.tea, location: Self.store, quantity: 1)
        let frozen = Desk(isCutOff: true, answer: .unavailable(.frozen(.forked)))
        let result = await submit(.receive(Receive(lines: [line])), to: frozen)
        guard case .answered(let answer) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(answer.outcome == .refused(.storeFrozen(Self.store)))
        let empty = Desk(isCutOff: true, answer: .unavailable(.notReady))
        #expect(await submit(.receive(Receive(lines: [line])), to: empty) == .noLeader)
    }
}
