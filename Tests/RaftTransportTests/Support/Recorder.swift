import NIOCore
import Raft

@testable import RaftTransport

/// Writes down all that a network tells its owner; lives on the network's loop.
final class Recorder: PeerNetworkDelegate {
    struct Frame: Equatable, Sendable {
        let peer: NodeID
        let kind: UInt8
        let payload: [UInt8]
    }

    var frames: [Frame] = []
    /// How many frames each read brought.
    var batches: [Int] = []
    var states: [NodeID: [PeerState]] = [:]
    var overflows: [NodeID] = []
    var verdict: (NodeID, Incarnation) -> PeerVerdict = { _, _ in .welcome }
    /// Done within the callback of each frame.
    var onFrame: () -> Void = {}
    private var unbatched = 0

    func received(kind: UInt8, payload: RawSpan, from peer: NodeID) {
        unbatched += 1
        frames.append(
            Frame(peer: peer, kind: kind, payload: payload.withUnsafeBytes { Array($0) })
        )
        onFrame()
    }

    func readCompleted() {
        batches.append(unbatched)
        unbatched = 0
    }

    func authorize(
        _ peer: NodeID,
        incarnation: Incarnation,
        returnAddress: PeerAddress?
    ) -> PeerVerdict {
        verdict(peer, incarnation)
    }

    func peerChanged(_ peer: NodeID, to state: PeerState) {
        states[peer, default: []].append(state)
    }

    func peerOverflowed(_ peer: NodeID) {
        overflows.append(peer)
    }
}
