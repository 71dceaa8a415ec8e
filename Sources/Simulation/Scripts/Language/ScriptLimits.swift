/// Bounds on what a script may ask for, so that no script, however hostile, hangs or traps the runner.
package struct ScriptLimits: Sendable {
    /// Bytes of one file.
    package var fileBytesMax = 4 << 20
    /// Bytes of one line.
    package var lineBytesMax = 1 << 20
    /// Nodes of one scenario.
    package var nodesMax = 64
    /// Any number, but a seed: far from where the core's counters would end.
    package var numberMax: UInt64 = 1_000_000_000_000_000
    /// Ticks by one command.
    package var ticksMax: UInt64 = 1_000_000
    /// Turns of one `converge`.
    package var turnsMax: UInt64 = 100_000
    /// Errors told of one file; a file that is no script at all has one on every line.
    package var errorsMax = 20

    /// The default limits.
    package init() {}
}
