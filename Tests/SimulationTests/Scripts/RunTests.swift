import Simulation
import Testing

/// What a run prints, and when it fails.
@Suite struct `A run` {
    @Test
    func `a failure shows the command, what was found, and how everything stood`() {
        let text = """
            nodes n1 n2
            spare n3
            campaign n1     # not yet a leader
            crash n2
              expect   role n1 leader # is it?
            expect term n1 1
            scenario "goes on"
            nodes n1
            expect leader none
            """
        #expect(
            runText(text)?.printed == [
                "x:5: expect   role n1 leader",
                "  found: n1 candidate",
                "n1 candidate term=1 vote=n1 leader=none last=0@0 commit=0 applied=0 log= voters=n1,n2",
                "n2 down",
                "n3 follower term=0 vote=none leader=none last=0@0 commit=0 applied=0 log= voters=",
            ]
        )
        #expect(runText(text)?.tally.description == "2 scenarios, 2 expectations, 1 failures")
    }

    @Test
    func `messages that were queued are shown, too`() {
        let text = "nodes n1 n2\ncampaign n1\nexpect term n1 2"
        #expect(runText(text)?.printed.last == "n1->n2 vote term=1 last=0@0 forced=yes")
    }

    @Test(arguments: [
        ("tick leader", "nobody leads"),
        ("expect not term leader 3", "nobody leads"),
        ("deliver leader->n2", "nobody leads"),
        ("restart n1 applied 3", "n1 cannot start at 3: its log has 0 to 0"),
        ("expect refused", "nothing was asked yet"),
        ("converge 0", "not converged: nobody leads"),
        ("crash n1\nconverge 3", "not converged: nobody leads"),
        ("expect not safe", "safe"),
        ("quorum commit voters=(1,2) match=(3,4) -> 4", "3"),
        ("quorum vote voters=(1) votes=(_) -> won", "pending"),
        ("confchange from voters=(1) apply simple v2 -> error", "voters=(1,2)"),
        ("confchange from voters=(1) apply leave -> voters=(1)", "error: notJoint"),
        ("expect log n2 1", "n2 log"),
        ("expect config n1 voters n1 learners n2", "n1 voters n1 n2"),
        ("expect running n1 n2\nexpect halted n1", "n1 running"),
        ("expect message n1<->n2 vote", "n1->n2 none, n2->n1 none"),
        ("expect follows n1 n2", "n1 none"),
        ("expect entry n1 1 \"x\"", "n1 has no entry 1"),
        ("inject leader->n1 vote", "nobody leads"),
    ])
    func `each failure says what was found`(_ lines: String, _ found: String) {
        let ended = runText("nodes n1 n2\n\(lines)")
        #expect(ended?.printed.dropFirst().first == "  found: \(found)")
        #expect(ended?.tally.failures == 1)
    }

    @Test
    func `an invariant that breaks fails the command that broke it`() {
        // Votes that nobody gave make two leaders in one term.
        let text = """
            nodes n1 n2 n3
            campaign n1 n2
            inject n3->n1 vote-reply granted=yes
            inject n3->n2 vote-reply granted=yes
            """
        #expect(
            runText(text)?.printed.prefix(2) == [
                "x:4: inject n3->n2 vote-reply granted=yes",
                "  found: unsafe: n1 and n2 both lead term 1",
            ]
        )
    }

    @Test
    func `messages without end are an error`() {
        // Each leader's heartbeat is answered, and each answer lets the other one answer: never
        // here; so the round limit is only met by what the runner repeats itself.
        let text = "nodes n1 n2 n3\ncampaign n1\nauto deliver\ntick all 5\nexpect leader n1"
        #expect(runText(text)?.tally.failures == 0)
    }

    @Test
    func `show prints nodes in the order of the set-up, and each message`() {
        let text = """
            nodes n2 n1
            campaign n1
            deliver
            deliver
            show n1 n2
            show network
            crash n2
            show all
            """
        #expect(
            runText(text)?.shown == [
                "n2 follower term=1 vote=n1 leader=none last=0@0 commit=0 applied=0 log= voters=n1,n2",
                "n1 leader term=1 vote=n1 leader=n1 last=1@1 commit=0 applied=0 log=1 voters=n1,n2",
                "n1->n2 append term=1 prev=0@0 entries=(1) commit=0",
                "n2 down",
                "n1 leader term=1 vote=n1 leader=n1 last=1@1 commit=0 applied=0 log=1 voters=n1,n2",
            ]
        )
    }

    @Test
    func `a trace has every input and effect, and is not what was shown`() {
        let ended = runText("nodes n1\ncampaign n1\nshow n1", isTraced: true)
        #expect(ended?.shown.count == 1)
        #expect(ended?.printed.contains("x:2: campaign n1") == true)
        #expect(ended?.printed.contains("  n1 < manual campaign") == true)
        #expect(ended?.printed.contains("  n1 > persist ticket=1 term=1 vote=n1") == true)
    }

    @Test
    func `the same script prints the same each time`() {
        let text = """
            nodes n1 n2 n3
            campaign n1
            duplicate *->*
            shuffle 5
            stabilize
            propose n1 "a"
            duplicate *->*
            shuffle 6
            show network
            converge
            show all
            """
        let first = runText(text, isTraced: true)?.printed
        #expect(first != nil)
        for _ in 0..<5 { #expect(runText(text, isTraced: true)?.printed == first) }
    }

    @Test
    func `a golden file that differs is a failure`() {
        var runner = ScriptRunner { _ in }
        guard case .success(let script) = Script.read(file: "x", Array("nodes n1\nshow n1".utf8))
        else {
            Issue.record("no script")
            return
        }
        runner.run(script)
        runner.compare(
            with: ScriptGolden(file: "g", content: ScriptGolden.content(of: runner.shown))
        )
        #expect(runner.tally.failures == 0)
        runner.compare(with: ScriptGolden(file: "g", content: "n1 down\n"))
        #expect(runner.tally.failures == 1)
        runner.compare(with: ScriptGolden(file: "g", content: ""))
        #expect(runner.tally.failures == 2)
    }
}
