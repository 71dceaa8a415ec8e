/// What there is to say below the table.
extension ClusterView {
    var notes: [String] {
        var notes: [String] = []
        if let best, best.isRemoved {
            notes.append("\(best.node) shows the cluster as it was when \(best.node) was removed.")
        } else if let best, !best.members.isEmpty {
            notes.append(
                "Cluster \(best.cluster), members as of position \(best.configuration)."
            )
        }
        // Those outside the cluster can't know.
        if leader == nil, reports.contains(where: \.isInside) {
            notes.append("No leader is known: writes wait for an election.")
        }
        notes += goingOn + warnings
        for member in members {
            guard let complaint = member.complaint else { continue }
            notes.append("\(member.node) refuses writes or reads: \(complaint)")
        }
        return notes + aboutAsked
    }

    /// What is wrong with the cluster as it is built.
    var warnings: [String] {
        guard let best, !best.isJoint, !best.isRemoved else { return [] }
        return Self.warnings(voters: best.voters.count)
    }

    /// What an admin should know about a number of voters.
    static func warnings(voters count: Int) -> [String] {
        guard count > 1, count.isMultiple(of: 2) else { return [] }
        let survives = (count - 1) / 2
        let failures =
            survives == 0 ? "no failure" : survives == 1 ? "one failure" : "\(survives) failures"
        return [
            "An even number of voters: \(count) survive \(failures), no more than \(count - 1) do. "
                + "Add or remove one."
        ]
    }

    private var goingOn: [String] {
        guard let best, !best.isRemoved else { return [] }
        var notes: [String] = []
        if best.isJoint {
            notes.append(
                "A change of voters is half-way: it takes a majority of the old ones "
                    + "(\(best.outgoingVoters.joined(separator: ", "))) and one of the new ones "
                    + "(\(best.voters.joined(separator: ", ")))."
            )
        }
        if let joining = best.joining {
            notes.append(ChangePhase.catchingUp(joining, in: best).text + ".")
        }
        for member in members where member.mode == "snapshot" && !member.isJoining {
            notes.append(ChangePhase.bringingState(to: member.node, member.state) + ".")
        }
        if let target = best.transferTarget {
            notes.append("Leadership is on its way to \(target).")
        }
        if let givenUp = best.givenUp, best.part(of: givenUp.node) == .learner,
            best.joining == nil, !best.isJoint
        {
            notes.append("Given up: " + givenUp.explanation(in: best))
        }
        return notes
    }

    private var aboutAsked: [String] {
        var notes: [String] = []
        for node in asked {
            if let failure = node.failure {
                notes.append("\(node.address) doesn't answer: \(failure)")
            }
            guard let report = node.report else { continue }
            if report.isRemoved {
                notes.append(
                    "\(report.node) at \(node.address) was removed from the cluster: stop it, and "
                        + "delete its data."
                )
            } else if let best, best.cluster != report.cluster {
                notes.append(
                    "\(report.node) at \(node.address) belongs to another cluster, "
                        + "\(report.cluster)."
                )
            } else if let best, best.part(of: report.node) == nil {
                notes.append(
                    "\(report.node) at \(node.address), of cluster \(report.cluster), waits to be "
                        + "added: 'estoque cluster add'."
                )
            }
        }
        return notes
    }
}

extension NodeReport {
    /// Whether it has a part in the cluster: it was neither removed, nor does it wait to be added.
    fileprivate var isInside: Bool { !isRemoved && !members.isEmpty }
}

extension NodeReport.GivenUp {
    /// Why the node is still a learner, and what helps.
    func explanation(in report: NodeReport?) -> String {
        let peer = report?.members.first { $0.node == node }
        var text = "\(node) stays a learner: "
        switch reason {
        case .noProgress:
            text += "it was silent for ten election timeouts, or made no progress for many more."
            if let peer {
                text += " Does it run, started with --join, and do the others reach it at "
                text += "\(peer.address) (connection: \(peer.connection))?"
            }
        case .tooSlow:
            text +=
                "in ten rounds it never caught up within an election timeout: it can't follow "
                + "the load as it is now."
        case .unknown: text += "its leader's log says why."
        }
        return text
            + " Then 'estoque cluster promote \(node)', or 'estoque cluster remove \(node)'."
    }
}
