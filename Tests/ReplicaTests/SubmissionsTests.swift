import Testing

@testable import Replica

@Suite struct SubmissionsTests {
    private func submission(_ index: Int) -> Submission {
        Submission(index: index, begunAt: NodeInstant(nanoseconds: 0)) { _, _ in }
    }

    @Test func `a token finds its submission once`() {
        var submissions = Submissions()
        let tokens = (0..<5).map { submissions.add(submission($0)) }
        #expect(Set(tokens).count == 5)
        for (index, token) in tokens.enumerated().reversed() {
            #expect(submissions.remove(token)?.index == index)
            #expect(submissions.remove(token) == nil)
        }
    }

    @Test func `a place is used again, an old token is not`() {
        var submissions = Submissions()
        let old = submissions.add(submission(1))
        _ = submissions.remove(old)
        let new = submissions.add(submission(2))
        #expect(submissions.remove(old) == nil)
        #expect(submissions.remove(new)?.index == 2)
        #expect(submissions.remove(SubmitToken(rawValue: 0)) == nil)
        #expect(submissions.remove(SubmitToken(rawValue: .max)) == nil)
    }

    @Test func `what is left comes in the order in which it was added`() {
        var submissions = Submissions()
        let tokens = (0..<4).map { submissions.add(submission($0)) }
        _ = submissions.remove(tokens[0])
        _ = submissions.remove(tokens[2])
        _ = submissions.add(submission(4))
        #expect(submissions.removeAll().map(\.index) == [1, 3, 4])
        #expect(submissions.removeAll().isEmpty)
    }
}
