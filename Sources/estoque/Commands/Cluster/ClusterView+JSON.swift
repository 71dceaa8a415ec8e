/// All that is known, for programs.
extension ClusterView {
    var json: JSONValue {
        [
            "leader": .text(leader),
            "term": .number(term),
            "commitPosition": .number(commit),
            "clusterID": .text(best?.cluster),
            "configurationPosition": .number(best?.configuration),
            "joint": .bool(best?.isJoint ?? false),
            "joining": best?.joining.map(\.json) ?? .null,
            "givenUp": best?.givenUp.map(\.json) ?? .null,
            "transferTarget": .text(best?.transferTarget),
            "warnings": .array(warnings.map(JSONValue.string)),
            "members": .array(members.map(\.json)),
            "asked": .array(asked.map(\.json)),
        ]
    }
}

extension ClusterView.Member {
    fileprivate var json: JSONValue {
        [
            "node": .string(node),
            "role": .string(role),
            "part": .string(part.rawValue),
            "voter": .bool(isVoter),
            "joining": .bool(isJoining),
            "term": .number(term),
            "position": .number(position),
            "lag": .number(lag),
            "matchPosition": .number(match),
            "mode": .text(mode),
            "stateSentBytes": .number(state?.sentBytes),
            "stateBytes": .number(state?.bytes),
            "silentMs": .number(silentMilliseconds),
            "connection": .string(connection),
            "stalenessMs": .number(stalenessMilliseconds),
            "peerAddress": .string(address),
        ]
    }
}

extension NodeReport.Joining {
    fileprivate var json: JSONValue {
        [
            "node": .string(node),
            "replacing": .text(replacing),
            "round": .number(round.map { UInt64($0) }),
            "targetPosition": .number(target),
        ]
    }
}

extension NodeReport.GivenUp {
    var json: JSONValue {
        [
            "node": .string(node),
            "reason": .string(reason.rawValue),
            "configurationPosition": .number(configuration),
        ]
    }
}

extension AskedNode {
    fileprivate var json: JSONValue {
        let head: JSONValue = ["address": .string("\(address)")]
        guard let report else { return head + ["error": .text(failure)] }
        return head
            + [
                "node": .string(report.node),
                "role": .string(report.role),
                "term": .number(report.term),
                "leader": .text(report.leader),
                "commitPosition": .number(report.commit),
                "appliedPosition": .number(report.applied),
                "storedPosition": .number(report.stored),
                "logFirstPosition": .number(report.logFirst),
                "logLastPosition": .number(report.logLast),
                "stalenessMs": .number(report.stalenessMilliseconds),
                "ready": .bool(report.isReady),
                "writeRefusal": report.writeRefusal.isEmpty
                    ? .null : .string(report.writeRefusal),
                "clusterID": .string(report.cluster),
                "configurationPosition": .number(report.configuration),
                "joint": .bool(report.isJoint),
                "removed": .bool(report.isRemoved),
            ]
    }
}
