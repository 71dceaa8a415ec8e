import LedgerAPI

/// Statuses as they come from nodes.
extension NodeReport {
    init(_ proto: ProtoGetStatusResponse) {
        self.init(
            node: proto.nodeID,
            role: proto.role.word,
            term: proto.term,
            leader: proto.hasLeaderID ? proto.leaderID : nil,
            commit: proto.commitPosition,
            applied: proto.appliedPosition,
            stored: proto.storedPosition,
            logFirst: proto.logFirstPosition,
            logLast: proto.logLastPosition,
            stalenessMilliseconds: proto.hasStalenessMs ? proto.stalenessMs : nil,
            isReady: proto.ready,
            writeRefusal: proto.writeRefusal,
            members: proto.members.map(Peer.init),
            cluster: proto.clusterID,
            configuration: proto.configurationPosition,
            isJoint: proto.joint,
            joining: proto.hasJoining ? Joining(proto.joining) : nil,
            givenUp: proto.hasGivenUp ? GivenUp(proto.givenUp) : nil,
            transferTarget: proto.hasTransferTargetID ? proto.transferTargetID : nil,
            isRemoved: proto.removed
        )
    }
}

extension NodeReport.Peer {
    fileprivate init(_ proto: ProtoMember) {
        self.init(
            node: proto.nodeID,
            address: proto.peerAddress,
            isVoter: proto.voter,
            connection: proto.connection,
            match: proto.hasMatchPosition ? proto.matchPosition : nil
        )
        if proto.hasStateSentBytes, proto.hasStateBytes {
            state = NodeReport.StateOnItsWay(
                sentBytes: proto.stateSentBytes,
                bytes: proto.stateBytes
            )
        }
        silentMilliseconds = proto.hasSilentMs ? proto.silentMs : nil
        part =
            switch proto.part {
            case .voter: .voter
            case .learner: .learner
            case .incoming: .incoming
            case .outgoing: .outgoing
            case .unspecified, .UNRECOGNIZED: .unknown
            }
        mode =
            switch proto.mode {
            case .probe: "probe"
            case .replicate: "replicate"
            case .snapshot: "snapshot"
            case .unspecified, .UNRECOGNIZED: nil
            }
    }
}

extension NodeReport.Joining {
    fileprivate init(_ proto: ProtoJoining) {
        self.init(
            node: proto.nodeID,
            replacing: proto.hasReplacingID ? proto.replacingID : nil,
            round: proto.hasRound ? proto.round : nil,
            target: proto.hasTargetPosition ? proto.targetPosition : nil
        )
    }
}

extension NodeReport.GivenUp {
    fileprivate init(_ proto: ProtoGivenUp) {
        let reason: Reason =
            switch proto.reason {
            case .tooSlow: .tooSlow
            case .noProgress: .noProgress
            case .unspecified, .UNRECOGNIZED: .unknown
            }
        self.init(
            node: proto.nodeID,
            reason: reason,
            configuration: proto.configurationPosition
        )
    }
}
