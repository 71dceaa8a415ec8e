import Testing

@testable import Simulation

@Suite struct `The same seed gives the same world` {
    private static let options = SimulationOptions(seed: 5, operations: 60)

    @Test(arguments: [1, 2, 3, 11] as [UInt64])
    func `twice in one process`(seed: UInt64) {
        let options = SimulationOptions(seed: seed, operations: 80)
        let first = SimulationRun.run(options)
        let second = SimulationRun.run(options)
        #expect(first.fingerprint == second.fingerprint)
        #expect(first.statistics == second.statistics)
    }

    /// Swift seeds the hashing of each process anew, so an order that leaked from a dictionary or a
    /// set would show between two processes.
    @Test func `in two processes`() async throws {
        let outputs = try await [outputOfChild(), outputOfChild()]
        let here = "fingerprint \(SimulationRun.run(Self.options).fingerprintText)"
        for output in outputs { #expect(output.contains(here)) }
    }

    private func outputOfChild() async throws -> String {
        let result = await #expect(
            processExitsWith: .success,
            observing: [\.standardOutputContent]
        ) {
            print("fingerprint \(SimulationRun.run(Self.options).fingerprintText)")
        }
        return String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
    }

    @Test func `and another seed gives another one`() {
        let one = SimulationRun.run(SimulationOptions(seed: 1, operations: 20))
        let other = SimulationRun.run(SimulationOptions(seed: 2, operations: 20))
        #expect(one.fingerprint != other.fingerprint)
    }
}
