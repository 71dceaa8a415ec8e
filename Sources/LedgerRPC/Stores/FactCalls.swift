import GRPCWire
import Ledger
import LedgerAPI
import NIOCore
import Replica

/// Facts of stores, let in a few at a time.
extension LedgerServices {
    func registerFacts(in router: inout GRPCRouter) {
        router.unary(CommandMethod.submitFacts.path) { bytes, call in
            do throws(Problem) {
                let span = bytes.readableBytesSpan
                submitFacts(
                    try CommandMethod.submitFacts.request(from: span),
                    bytes: span.byteCount,
                    for: call
                )
            } catch {
                call.fail(GRPCStatus(error))
            }
        }
    }

    private func submitFacts(
        _ incoming: IncomingRequest,
        bytes: Int,
        for call: GRPCServerCall
    ) {
        guard case .submitFacts(let command) = incoming.request.command else {
            preconditionFailure("the method has one kind of command")
        }
        let store = command.location
        let deadline = deadline(of: call)
        let handle = call.handle
        let job = FactGate.Job { [self] in
            let loop = handle.eventLoop
            loop.execute {
                // Whoever has gone will ask again, with the id it had.
                guard !handle.onLoop.isFinished else {
                    gate.leave(store, bytes: bytes, after: .zero, on: loop)
                    return
                }
                let begun = NIODeadline.now()
                submit([incoming], deadline: deadline) { _, result in
                    gate.leave(store, bytes: bytes, after: .now() - begun, on: loop)
                    let credit = gate.credit
                    handle.run { call in
                        call.end(with: result) { $0.messageBytes(credit: credit) }
                    }
                }
            }
        } refuse: { problem in
            handle.fail(GRPCStatus(problem))
        }
        gate.enter(store, bytes: bytes, deadline: deadline, on: call.channel.eventLoop, job)
    }
}
