/// A script is wrong: nothing of it runs.
package struct ScriptError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, as it was named.
    package var file: String
    /// The line, from 1.
    package var line: Int
    /// What is wrong there.
    package var message: String

    /// Written `FILE:LINE: MESSAGE`, as compilers do.
    package var description: String { "\(file):\(line): \(message)" }
}

/// What is wrong with a line, before it is known which line it is.
struct ScriptComplaint: Error, Hashable {
    let message: String

    init(_ message: String) { self.message = message }
}
