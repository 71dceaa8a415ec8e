/// A command that was understood and could not be done; exit code 1, or 69 when nothing answers.
struct CommandFailure: Error, CustomStringConvertible {
    var description: String
    var isUnavailable = false

    init(_ description: String, isUnavailable: Bool = false) {
        self.description = description
        self.isUnavailable = isUnavailable
    }
}
