import Simulation
import Testing

/// What may be written in more than one way.
@Suite struct `The form of scripts` {
    @Test
    func `spaces, blank lines, comments, ends of lines`() {
        let text = """
            \u{FEFF}# a comment, with "quotes
               nodes   n1 n2\tn3   # and another one …

            campaign n1\r
            stabilize
            propose n1 "a # is no comment here"
            expect entry n1 2 "a # is no comment here"#or here
            """
        #expect(runText(text)?.tally.description == "1 scenarios, 1 expectations, 0 failures")
    }

    @Test
    func `links, sets, positions and bounds may be spread out`() {
        let text = """
            nodes n1 n2 n3
            log n1 after 5 @ 2 3
            campaign n1
            deliver n1 -> n2 n1->n3 1
            expect message n2 -> n1 vote-reply granted = yes
            deliver *->n1
            expect commit n1>=5
            expect commit n1 >=5
            expect commit n1 <= 5
            expect message n1->n2 append prev=6@3 entries=( 4 ) commit>=5
            expect message n1->n2 append commit=>=5
            expect message n1->n2 append commit<=5 term>=4
            expect not message n1->n2 append commit>=6
            expect sent n1->n2 append entries=(4) commit=5 >= 1
            quorum commit voters = ( 1 , 2 ) match=(3, _)->0
            """
        #expect(runText(text)?.tally.description == "1 scenarios, 10 expectations, 0 failures")
    }

    @Test
    func `names may have capitals, digits and dashes`() {
        let text = """
            nodes a a-1 bC- d2
            campaign a-1
            deliver a-1->bC- a-1->*
            stabilize
            expect leader a-1
            expect follows bC- a-1
            expect message bC-->a-1 none
            """
        #expect(runText(text)?.tally.description == "1 scenarios, 3 expectations, 0 failures")
    }

    @Test
    func `each scenario is a world of its own`() {
        let text = """
            nodes n1
            campaign n1
            expect term n1 1
            scenario "the second"
            nodes n1
            expect term n1 0
            scenario "the third"
            nodes m1
            expect term m1 0
            """
        #expect(runText(text)?.tally.description == "3 scenarios, 3 expectations, 0 failures")
    }

    @Test
    func `an empty file is a script without scenarios`() {
        #expect(runText("")?.tally.description == "0 scenarios, 0 expectations, 0 failures")
        #expect(runText("# nothing\n\n")?.tally.scenarios == 0)
    }

    @Test
    func `a world may be looked at before its set-up ends`() {
        let text = """
            nodes n1
            expect term n1 0
            show n1
            term n1 3
            expect term n1 3
            """
        #expect(runText(text)?.tally.description == "1 scenarios, 2 expectations, 0 failures")
    }
}
