import GRPCWire
import Ledger
import LedgerAPI
import LedgerStore
import NIOCore
import Replica

extension LedgerServices {
    func registerVerify(_ books: any LedgerBooks, in router: inout GRPCRouter) {
        router.serverStreaming(ServicePath.verify) { bytes, call in
            guard ProtoVerifyRequest(wire: bytes) != nil else {
                call.fail(GRPCStatus(.notAMessage))
                return
            }
            verify(books, for: call)
        }
    }

    private func verify(_ books: any LedgerBooks, for call: GRPCServerCall) {
        let handle = call.handle
        let run = books.verify { progress in
            var response = ProtoVerifyResponse()
            response.progress.phase = progress.phase
            response.progress.done = progress.done
            response.progress.total = progress.total
            let bytes = response.wireBytes
            // Who doesn't read hears less of how it goes.
            handle.run { call in if call.isWritable { call.send(ByteBuffer(bytes: bytes)) } }
        } completion: { result in
            let bytes = result.map { ProtoVerifyResponse($0).wireBytes }.mapError(problem)
            handle.run { call in
                switch bytes {
                case .success(let bytes): call.respond(bytes)
                case .failure(let problem): call.fail(GRPCStatus(problem))
                }
            }
        }
        guard let run else {
            call.fail(GRPCStatus(.overloaded(retryDelay: limits.retryDelay)))
            return
        }
        call.onEvent = { event in
            switch event {
            case .cancelled, .draining: run.cancel()
            case .message, .requestsEnded, .writable: break
            }
        }
    }
}

extension ProtoVerifyResponse {
    fileprivate init(_ report: VerifyReport) {
        self.init()
        var proto = ProtoVerifyReport()
        proto.position = report.position.rawValue
        proto.digest = report.digest.description
        proto.violations = report.violations.map { violation in
            var line = ProtoViolation()
            line.invariant = UInt32(clamping: violation.invariant)
            line.detail = violation.detail
            return line
        }
        proto.violationCount = UInt64(report.violationCount)
        proto.items = report.items
        proto.locations = report.locations
        proto.levels = report.levels
        proto.offers = report.offers
        proto.reservations = report.reservations
        proto.transfers = report.transfers
        proto.journalRows = report.journalRows
        proto.unchecked = report.unchecked
        self.report = proto
    }
}
