/// What `show` printed when somebody last looked at it and found it good.
package struct ScriptGolden: Sendable {
    /// The file, as it was named.
    package let file: String
    private let lines: [Substring]

    /// Takes the content of a golden file.
    package init(file: String, content: String) {
        self.file = file
        var lines = content.split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        )
        // The last line ends like every other one.
        if lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines
    }

    /// The content of a golden file that holds these lines.
    package static func content(of shown: [String]) -> String {
        shown.map { $0 + "\n" }.joined()
    }

    /// The first difference, in words; nil if there is none.
    func difference(from shown: [String]) -> String? {
        for place in 0..<max(lines.count, shown.count) {
            let wanted = place < lines.count ? String(lines[place]) : nil
            let found = place < shown.count ? shown[place] : nil
            guard wanted != found else { continue }
            return """
                \(file):\(place + 1): \(wanted ?? "(the end)")
                  found: \(found ?? "(the end)")
                """
        }
        return nil
    }
}
