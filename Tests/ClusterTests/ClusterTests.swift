import Testing

/// Real nodes, each in a process of its own, that are killed, stopped and started.
///
/// One after another: they share two or four cores with everything else.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ClusterTests {}
