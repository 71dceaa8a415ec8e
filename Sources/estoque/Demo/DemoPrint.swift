import Foundation

/// What the demonstration says before and after.
enum DemoPrint {
    /// Where the nodes are and how to look at them.
    static func introduce(_ cluster: LocalCluster, _ stores: [DemoStore], keeping isKept: Bool) {
        let count = cluster.nodes.count
        Terminal.out("\(count == 1 ? "A node runs" : "\(count) nodes run") on this machine:")
        for node in cluster.nodes {
            Terminal.out("  \(node.id)  RPC grpc://\(node.rpc)  HTTP http://\(node.http)")
        }
        Terminal.out("Stores with an agent of their own, which sells even while it is cut off:")
        for store in stores { Terminal.out("  \(store.location)  till http://\(store.http)/") }
        let removal = isKept ? "" : ", removed at the end"
        Terminal.out("Their files are in \(cluster.directory.path)\(removal).")
        guard let last = cluster.nodes.last, let sku = DemoCatalogue.products.first?.sku else {
            return
        }
        Terminal.out(
            """
            Open http://\(last.http)/ to shop, and http://\(last.http)/ops to watch. In another terminal:
              curl -i 'http://\(last.http)/v1/availability?sku=\(sku)'
              estoque cluster status --node \(last.rpc)

            """
        )
    }

    /// What was found, and whether all is well.
    static func conclude(
        _ score: Score,
        _ accidents: DemoAccidents,
        _ findings: [DemoCheck.Finding]
    ) {
        Terminal.out("The books:")
        for finding in findings {
            print(finding.isGood, finding.title, finding.text, finding.complaints)
        }
        if !score.complaints.isEmpty { print(false, "run", "", score.complaints) }
        Terminal.out("")
        if let accident = accidents.leader {
            Terminal.out(describe(accident, score.longestPause))
        }
        if let cut = accidents.store { Terminal.out(describe(cut)) }
        Terminal.out(
            "Followers answered \(DemoText.number(score.reads)) reads over HTTP; the greatest age "
                + "that one claimed was \(DemoText.number(score.greatestAge)) ms."
        )
        let isGood = score.complaints.isEmpty && findings.allSatisfy(\.isGood)
        Terminal.out(isGood ? "The books balance." : "THE BOOKS DO NOT BALANCE.")
    }

    private static func describe(_ cut: StoreDrill.Outcome) -> String {
        var text =
            "\(cut.score.location) was cut off for \(DemoText.seconds(cut.length)): "
            + "\(cut.score.meanwhileText); \(DemoText.number(cut.outboxDepth)) facts waited"
        if let telling = cut.telling {
            text += ", and were told within \(DemoText.seconds(telling)) of the connection"
        }
        return text + "."
    }

    /// Where to look when something went wrong.
    static func showFiles(_ cluster: LocalCluster) {
        Terminal.out("The nodes' logs and data are in \(cluster.directory.path).")
    }

    private static func print(
        _ isGood: Bool,
        _ title: String,
        _ text: String,
        _ complaints: [String]
    ) {
        let mark = isGood ? "ok  " : "BAD "
        Terminal.out("  \(mark)\(title.padding(toLength: 10, withPad: " ", startingAt: 0))\(text)")
        for complaint in complaints.prefix(10) { Terminal.out("        \(complaint)") }
        if complaints.count > 10 { Terminal.out("        and \(complaints.count - 10) more") }
    }

    private static func describe(
        _ accident: LeaderDrill.Outcome,
        _ longestPause: Duration
    ) -> String {
        var text = "\(accident.killed) was killed at \(DemoText.clock(accident.at))"
        if let election = accident.election {
            text += "; another node led after \(DemoText.seconds(election))"
        }
        text += "; the longest time without an answer was \(DemoText.seconds(longestPause))"
        if let catchingUp = accident.catchingUp {
            text += "; it came back and caught up in \(DemoText.seconds(catchingUp))"
        }
        return text + "."
    }
}
