import Raft

extension Script {
    /// Parses and checks a file; a script that is wrong anywhere does not run at all.
    ///
    /// - Parameters:
    ///   - file: Its name, for messages.
    ///   - bytes: Its content.
    ///   - limits: What it may ask for.
    /// - Returns: The script, or everything that is wrong with it.
    package static func read(
        file: String,
        _ bytes: [UInt8],
        limits: ScriptLimits = ScriptLimits()
    ) -> Result<Script, ScriptErrors> {
        var parser = ScriptParser(file: file, limits: limits)
        let script = parser.parse(bytes)
        // What could not be read names nodes that would only seem to be unknown.
        guard parser.errors.isEmpty else { return .failure(ScriptErrors(list: parser.errors)) }
        let errors = script.scenarios.flatMap { scenario in
            var check = ScenarioCheck(scenario, file: file, limits: limits)
            return check.errors()
        }
        guard errors.isEmpty else {
            return .failure(ScriptErrors(list: Array(errors.prefix(limits.errorsMax))))
        }
        return .success(script)
    }
}

/// Everything that is wrong with a file.
package struct ScriptErrors: Error, Hashable, Sendable {
    /// By line, one at least.
    package let list: [ScriptError]
}
