import AgentCore
import ServiceLifecycle

/// Runs among other services: a graceful shutdown (SIGTERM) ends it when what it was asked is on the disk.
extension AgentService: Service {
    /// Talks with the cluster until the service group shuts down.
    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.serve() }
    }
}
