import Foundation

@testable import estoque

/// The program beside its tests, and clusters made of it.
enum LocalRig {
    /// The built program.
    static var program: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("estoque").path
    }

    /// A directory that is removed afterwards.
    static func withDirectory<Value>(
        _ body: (WorkDirectory) async throws -> Value
    ) async throws -> Value {
        let directory = try WorkDirectory(named: nil)
        defer { directory.removeIfTemporary() }
        return try await body(directory)
    }

    /// A cluster that ends afterwards, whatever happens.
    static func withCluster<Value>(
        nodes: Int,
        _ body: (LocalCluster) async throws -> Value
    ) async throws -> Value {
        let cluster = try await LocalCluster.start(nodes: nodes, executable: program)
        do {
            let value = try await body(cluster)
            await cluster.stop()
            return value
        } catch {
            await cluster.stop()
            throw error
        }
    }

    /// Whether something becomes true in time.
    static func eventually(
        within limit: Duration = .seconds(10),
        _ isTrue: () async -> Bool
    ) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if await isTrue() { return true }
            await Uncancelled.sleep(for: .milliseconds(10))
        }
        return await isTrue()
    }
}

/// Gives out chosen numbers, then zeros.
struct Scripted: RandomNumberGenerator {
    var numbers: [UInt64]

    mutating func next() -> UInt64 { numbers.isEmpty ? 0 : numbers.removeFirst() }
}
