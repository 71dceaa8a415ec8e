/// How items are found: the same words, whatever keeps the rows.
package enum AgentSearch {
    /// Words that are looked at.
    package static let wordsMax = 8

    /// The text in which words are looked for.
    package static func label(_ title: String) -> String { title.lowercased() }

    /// The words of a question.
    package static func words(_ text: String) -> [String] {
        text.lowercased().split(separator: " ").prefix(wordsMax).map(String.init)
    }
}
