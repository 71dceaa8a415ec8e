/// A command could not be done, or what it led to must not be: the scenario ends there.
struct ScriptFault: Error, Hashable {
    let message: String

    init(_ message: String) { self.message = message }
}
