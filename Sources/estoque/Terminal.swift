import Foundation

/// Where people read: standard output and standard error.
enum Terminal {
    /// Prints a line of the result.
    static func out(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// Prints a line about the work: progress, warnings.
    static func err(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Rewrites the line that the cursor is on.
    static func rewriteLine(_ text: String) {
        FileHandle.standardError.write(Data(("\r\u{1B}[K" + text).utf8))
    }

    static var errIsTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }
    static var outIsTerminal: Bool { isatty(FileHandle.standardOutput.fileDescriptor) == 1 }
}
