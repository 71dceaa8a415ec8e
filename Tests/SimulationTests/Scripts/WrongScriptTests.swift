import Simulation
import Testing

/// A script that is wrong is told line by line, and does not run at all.
@Suite struct `Wrong scripts` {
    @Test(arguments: [
        ("frob", "unknown command \"frob\""),
        ("n1", "unknown command \"n1\""),
        ("5", "expected a command instead of 5"),
        ("nodes", "expected a node at the end"),
        ("nodes n1 learners", "expected a learner at the end"),
        ("nodes N1", "\"N1\" is no name: names start with a lower-case letter"),
        ("nodes leader", "\"leader\" is a word of the language and cannot be a name"),
        ("nodes all", "\"all\" is a word of the language and cannot be a name"),
        ("nodes vote-reply", "\"vote-reply\" is a word of the language and cannot be a name"),
        ("nodes n1 n1", "there are two nodes \"n1\""),
        ("scenario", "expected a title between quotation marks at the end"),
        ("scenario \"a\" b", "unexpected b"),
        ("scenario \"a", "a string without an end"),
        ("scenario \"\\n\"", #"in a string, only \" and \\ may follow a backslash"#),
        ("set colour 3", "unknown setting \"colour\""),
        ("set election 0", "a setting is at least 1"),
        ("set election", "expected its value at the end"),
        ("tick", "expected a node at the end"),
        ("tick n1 9999999", "a number of ticks is at most 1000000"),
        ("tick n1 99999999999999999999", "a number too large"),
        ("tick n1 3 4", "unexpected 4"),
        ("tick n1 3x", "letters right after a number"),
        ("term n1 9999999999999999", "a term is at most 1000000000000000"),
        ("stabilize n1", "unexpected n1"),
        ("deliver n1", "expected a number of messages instead of n1"),
        ("deliver n1->", "expected a node at the end"),
        ("deliver n1->n1", "a link joins two different nodes"),
        ("duplicate", "expected a link such as n1->n2 at the end"),
        ("shuffle n1->n2", "expected a seed at the end"),
        ("partition n1 | n1 n2", "a node is in two groups"),
        ("partition", "expected a node at the end"),
        (
            "manual everything",
            "expected \"persist\", \"apply\" or \"deliver\" instead of everything"
        ),
        ("compact n1", "expected an index at the end"),
        ("propose n1 x", "expected a text between quotation marks instead of x"),
        ("propose \"x\"", "expected a node instead of \"x\""),
        ("propose n1 \"x\" as", "expected a label at the end"),
        ("propose n1 \"x\" as commit", "\"commit\" is a word of the language and cannot be a name"),
        ("change n1 paint n2", "unknown change \"paint\""),
        ("change n1 replace n2", "expected a node at the end"),
        ("change n1 to n2", "expected \"voters\" instead of n2"),
        ("inject n2->n1 letter", "unknown kind of message \"letter\""),
        ("inject n2->n1 vote colour=3", "unknown field \"colour\""),
        (
            "inject n2->n1 vote entries=(1)",
            "a message of kind vote has no field \"entries\""
        ),
        ("inject n2->n1 vote term", "expected \"=\" at the end"),
        ("inject n2->n1 vote term>=3", "a made-up message has values, not bounds"),
        ("inject n2->n1 vote last=3", "expected \"@\" at the end"),
        ("inject n2->n1 vote forced=maybe", "expected \"yes\" or \"no\" instead of maybe"),
        ("inject n2->n1 vote term=1 term=2", "term is given twice"),
        ("inject n2<->n1 vote", "a made-up message goes from one node to one other"),
        ("inject *->n1 vote", "a made-up message goes from one node to one other"),
        ("expect", "expected an expectation at the end"),
        ("expect not", "expected an expectation at the end"),
        ("expect magic", "unknown expectation \"magic\""),
        ("expect role n1 king", "unknown role \"king\""),
        ("expect role leader", "expected a node instead of leader"),
        ("expect term n1", "expected a term at the end"),
        ("expect term 3", "expected a node instead of 3"),
        ("expect last n1 3", "expected \"@\" at the end"),
        ("expect entry n1 3", "expected a text or \"none\" at the end"),
        ("expect config n1 learners n2", "expected \"voters\" instead of learners"),
        ("expect config n1 voters n1 voters n2", "voters comes twice"),
        ("expect message n1->n2", "expected a kind of message at the end"),
        ("expect sent n1->n2 vote", "expected a number of messages at the end"),
        ("expect proposal p1", "expected an outcome at the end"),
        ("expect proposal p1 maybe", "unknown outcome of a proposal \"maybe\""),
        ("expect read p1 committed", "unknown outcome of a read \"committed\""),
        ("expect safe n1", "unexpected n1"),
        ("show", "expected a node at the end"),
        ("quorum commit voters=(1,2) match=(1) -> 1", "match= has 1 values for 2 ids"),
        ("quorum commit voters=(1,1) match=(1) -> 1", "voters= repeats an id"),
        ("quorum commit voters=(1) -> 1", "match= is missing"),
        ("quorum commit match=(1) -> 1", "voters= is missing"),
        ("quorum vote voters=(1) votes=(x) -> won", "expected y, n or _ instead of x"),
        ("quorum vote voters=(1) votes=(y) -> maybe", "unknown result of an election \"maybe\""),
        ("quorum vote voters=(1) match=(1) -> won", "unknown set \"match\""),
        ("quorum commit voters=(1 2) match=(1) -> 1", "expected \")\" instead of 2"),
        ("confchange from voters=(1) apply twice v2 -> error", "unknown way of changing \"twice\""),
        ("confchange from voters=(1) apply simple x2 -> error", "unknown change \"x2\""),
        ("confchange from voters=(1) apply leave v2 -> error", "leave takes no changes"),
        (
            "confchange from voters=(1) next=(2) apply leave -> error",
            "a configuration that contradicts itself"
        ),
        ("confchange from voters=(1) apply simple v2", "expected \"->\" at the end"),
        ("tick ~", "unexpected character \"~\""),
        ("tick \u{7}", "unexpected character (byte 7)"),
    ])
    func `each mistake has its message`(_ line: String, _ message: String) {
        #expect(complaints(line) == ["x:1: \(message)"])
    }

    @Test(arguments: [
        ("tick n9", "unknown node \"n9\""),
        ("deliver n9->*", "unknown node \"n9\""),
        ("heal n9->n1", "unknown node \"n9\""),
        ("expect follows n1 n9", "unknown node \"n9\""),
        ("expect config n1 voters n9", "unknown node \"n9\""),
        ("expect message n1->n9 none", "unknown node \"n9\""),
        ("inject n9->n1 vote", "unknown node \"n9\""),
        ("change n1 to voters n1 learners n9", "unknown node \"n9\""),
        ("partition n1 | n9", "unknown node \"n9\""),
        ("show n9", "unknown node \"n9\""),
        ("vote n1 n9", "unknown node \"n9\""),
        ("log n9 1", "unknown node \"n9\""),
        ("expect proposal p1 pending", "unknown proposal \"p1\""),
        ("expect read r1 pending", "unknown read \"r1\""),
        ("log n1 2 1", "the terms in the log of n1 fall"),
        ("log n1 after 5@2 1", "the terms in the log of n1 fall"),
        ("log n1 0", "no entry has term 0"),
        ("log n1 after 5@0", "there is no position 5@0"),
        ("log n1 after 0@2", "there is no position 0@2"),
        ("applied n1 1", "what n1 has applied is not in its log"),
        ("set heartbeat 10", "the election timeout must be longer than the heartbeat interval"),
        ("nodes n4", "the nodes are named already"),
        ("spare n1", "there are two nodes \"n1\""),
        ("term leader 3", "nobody leads before the first step"),
    ])
    func `names and set-up are checked before anything runs`(_ line: String, _ message: String) {
        #expect(complaints("nodes n1 n2 n3\n\(line)").first == "x:2: \(message)")
    }

    @Test
    func `a term below that of the last entry`() {
        let text = "nodes n1\nlog n1 1 3\nterm n1 2"
        #expect(complaints(text) == ["x:3: the term of n1 is below that of its last entry"])
    }

    @Test
    func `a label must be given before it is asked for`() {
        let text = """
            nodes n1
            read n1 as p1
            expect proposal p1 pending
            expect read p1 pending
            scenario "another"
            nodes n1
            expect read p1 pending
            """
        #expect(complaints(text) == ["x:3: unknown proposal \"p1\"", "x:7: unknown read \"p1\""])
    }

    @Test
    func `the set-up comes first`() {
        let text = "nodes n1\nexpect term n1 0\nterm n1 2\ntick n1\nterm n1 3"
        #expect(complaints(text) == ["x:5: the set-up comes before the first step"])
    }

    @Test
    func `a world needs nodes, a table does not`() {
        #expect(complaints("stabilize") == ["x:1: no nodes are named in this scenario"])
        #expect(complaints("quorum commit voters=(1) match=(1) -> 1") == [])
    }

    @Test
    func `all mistakes are told, by line, up to a limit`() {
        let text = "nodes n1\nfrob\ntick n1\nfrub"
        #expect(
            complaints(text) == ["x:2: unknown command \"frob\"", "x:4: unknown command \"frub\""]
        )
        let many = String(repeating: "frob\n", count: 1000)
        #expect(complaints(many).count == ScriptLimits().errorsMax)
    }

    @Test
    func `too much of anything`() {
        var limits = ScriptLimits()
        limits.fileBytesMax = 10
        limits.lineBytesMax = 4
        limits.nodesMax = 2
        func first(_ text: String) -> String? {
            guard
                case .failure(let errors) = Script.read(file: "x", Array(text.utf8), limits: limits)
            else { return nil }
            return errors.list.first?.message
        }
        #expect(first("stabilize stabilize") == "a script has at most 10 bytes")
        #expect(first("stabi") == "a line has at most 4 bytes")
        limits = ScriptLimits()
        limits.nodesMax = 2
        #expect(first("nodes a b c") == "a scenario has at most 2 nodes")
    }

    @Test
    func `what is not UTF-8`() {
        guard case .failure(let errors) = Script.read(file: "x", [0x23, 0xFF, 0x0A]) else {
            Issue.record("it was taken")
            return
        }
        #expect(errors.list.map(\.description) == ["x:1: not UTF-8"])
    }
}
