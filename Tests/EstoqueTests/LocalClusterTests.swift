import Foundation
import Testing

@testable import estoque

@Suite(.serialized) struct LocalClusterTests {
    @Test func `free ports are different, and below those of outgoing connections`() throws {
        let ports = try FreePorts.take(50)
        #expect(Set(ports).count == 50)
        #expect(ports.allSatisfy { (15_000..<65_536).contains($0) })
    }

    @Test func `processor time is read behind the name, whatever that is`() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194560 100 0 0 0 250 150 7 8 20 0 5 0 99 1000 200"
        #expect(ProcessorTime.parse(stat: stat, ticksPerSecond: 100) == .seconds(4))
        #expect(ProcessorTime.parse(stat: "42 (x) S 1", ticksPerSecond: 100) == nil)
        #expect(ProcessorTime.parse(stat: "nonsense", ticksPerSecond: 100) == nil)
        #expect(ProcessorTime.of(getpid()) != nil)
        #expect(ProcessorTime.own() > .zero)
    }

    @Test func `a directory in use is refused, a new one is made and kept`() async throws {
        try await LocalRig.withDirectory { directory in
            let new = try WorkDirectory(named: directory.path + "/a/b")
            new.removeIfTemporary()
            #expect(FileManager.default.fileExists(atPath: new.path))
            #expect(throws: CommandFailure.self) { try WorkDirectory(named: directory.path) }
        }
    }

    @Test func `a node starts, is killed, comes back and ends`() async throws {
        let cluster = try await LocalCluster.start(nodes: 1, executable: LocalRig.program)
        let first = try #require(cluster.pid(0))
        #expect(try await cluster.waitForLeader(within: .seconds(10)) == 0)
        #expect(cluster.processorTime() > .zero)

        await cluster.kill(0)
        #expect(cluster.pid(0) == nil)
        #expect(kill(first, 0) == -1)
        await #expect(throws: CommandFailure.self) {
            try await cluster.waitForLeader(within: .seconds(5))
        }

        try cluster.start(0)
        let second = try #require(cluster.pid(0))
        #expect(second != first)
        _ = try await cluster.waitForLeader(within: .seconds(10))
        let digests = try await DigestComparison.take(
            cluster.probe,
            startingWith: 0,
            within: .seconds(10)
        )
        #expect(digests.areEqual)

        await cluster.stop()
        #expect(cluster.pid(0) == nil)
        #expect(!FileManager.default.fileExists(atPath: cluster.directory.path))
    }

    @Test func `a node that can't start is shown with its last words`() async throws {
        do {
            let cluster = try await LocalCluster.start(nodes: 1, executable: "/bin/false")
            await cluster.stop()
            Issue.record("/bin/false is no node")
        } catch let failure as CommandFailure {
            #expect(failure.description.contains("n1 ended with exit code 1"))
            let path = failure.description.firstMatch(of: /data are in (\S+)/)?.1
            try FileManager.default.removeItem(atPath: String(try #require(path)))
        }
    }

    @Test func `a node ends when its parent is gone`() async throws {
        try await LocalRig.withDirectory { directory in
            let node = try LocalNode.plan(1, in: directory.path)[0]
            let pid = try await startAndForget(node)
            // The one who started it would reap it; nobody else can tell that it ended.
            var status: Int32 = 0
            let isGone = await LocalRig.eventually { waitpid(pid, &status, WNOHANG) == pid }
            #expect(isGone)
            if !isGone { kill(pid, SIGKILL) }
        }
    }

    /// Starts a node and lets go of its pipe, as a parent does that dies.
    private func startAndForget(_ node: LocalNode) async throws -> pid_t {
        let child = try ChildProcess.start(
            LocalRig.program,
            node.arguments(members: [node]),
            environment: ["SWIFT_BACKTRACE": "enable=no"],
            output: node.log
        )
        let hasStarted = await LocalRig.eventually {
            let log = try? String(contentsOfFile: node.log, encoding: .utf8)
            return log?.contains("node started") == true
        }
        #expect(hasStarted && child.isRunning)
        return child.pid
    }
}
