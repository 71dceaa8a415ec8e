package import GRPCWire
package import NIOCore

/// What may be set on a client; the defaults suit a till.
public struct ClientOptions: Sendable {
    /// How long a call may take in all, with every attempt.
    public var timeout: Duration = .seconds(10)
    /// How long one attempt at one node may take before another is asked.
    public var attemptTimeout: Duration = .seconds(2)
    /// What may not be asked twice isn't begun again with less time than this left: cut off in its middle, it
    /// would turn a clear refusal into an unknown outcome.
    public var lastAttemptMin: Duration = .milliseconds(100)
    /// How long a connection may take to come about.
    public var connectTimeout: Duration = .seconds(2)
    /// The pause before the second attempt, on average half of it; it doubles with each further one.
    public var backoffBase: Duration = .milliseconds(20)
    /// The longest pause between attempts.
    public var backoffMax: Duration = .seconds(1)
    /// How much may be under way in a session.
    public var session = SessionLimits()

    /// Adds what is needed below HTTP/2, such as TLS.
    package var prepareChannel: (@Sendable (any Channel) throws -> Void)?

    /// The defaults.
    public init() {}

    /// The bounds of a connection.
    package var wireLimits: GRPCLimits {
        var limits = GRPCLimits()
        limits.handshakeTimeout = TimeAmount(connectTimeout)
        limits.keepaliveInterval = .seconds(10)
        limits.keepaliveTimeout = .seconds(5)
        return limits
    }
}

/// How much may be under way in one session.
public struct SessionLimits: Sendable {
    /// Messages that no answer has come to; what is asked meanwhile goes together in the next one.
    public var messagesUnansweredMax = 4
    /// Commands in one message.
    public var commandsPerMessageMax = 1_024
    /// Commands that wait or are under way; more are refused as OVERLOADED without being sent.
    public var commandsMax = 16_384

    /// The defaults.
    public init() {}
}
