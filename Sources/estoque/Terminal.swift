import Foundation

/// Where people read: standard output and standard error.
enum Terminal {
    /// Prints a line of the result.
    static func out(_ text: String) {
        write(text + "\n", to: .standardOutput)
    }

    /// Prints a line about the work: progress, warnings.
    static func err(_ text: String) {
        write(text + "\n", to: .standardError)
    }

    /// Rewrites the line that the cursor is on.
    static func rewriteLine(_ text: String) {
        write("\r\u{1B}[K" + text, to: .standardError)
    }

    /// Nobody may be reading any more (`estoque … | head -1`); what was begun goes on to its end.
    private static func write(_ text: String, to file: FileHandle) {
        try? file.write(contentsOf: Data(text.utf8))
    }

    static var errIsTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }
    static var outIsTerminal: Bool { isatty(FileHandle.standardOutput.fileDescriptor) == 1 }
}
