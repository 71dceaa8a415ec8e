/// A line that a run prints.
enum ScriptOutput {
    /// Printed by `show`, and compared with the golden file.
    case shown(String)
    /// Printed for people: traces, failures.
    case told(String)
}
