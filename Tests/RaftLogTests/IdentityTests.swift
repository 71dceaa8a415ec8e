import Raft
import RaftLog
import Testing

@Suite struct `A data directory` {
    @Test func `of another cluster is refused, with both named`() throws {
        let fixture = LogFixture()
        try fixture.open().close()
        let other = LogIdentity.Cluster(high: 1, low: 2)
        let error = #expect(throws: LogError.self) { try fixture.open(cluster: other) }
        #expect(
            error
                == .wrongCluster(
                    directory: "/data",
                    found: LogFixture.cluster,
                    expected: other
                )
        )
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("0123456789abcdef1122334455667788"))
        #expect(text.contains("00000000000000010000000000000002"))
    }

    @Test func `of another node is refused, with both named`() throws {
        let fixture = LogFixture()
        try fixture.open().close()
        let error = #expect(throws: LogError.self) { try fixture.open(node: "n2") }
        #expect(error == .wrongNode(directory: "/data", found: "n1", expected: "n2"))
        // A refusal holds no lock.
        try fixture.open().close()
    }

    @Test func `rule 19: that was wiped comes back with another incarnation`() throws {
        #expect(try LogFixture().open(incarnation: 1).identity.incarnation == 1)
        #expect(try LogFixture().open(incarnation: 2).identity.incarnation == 2)
    }

    @Test func `tells whose it is without being opened`() throws {
        let fixture = LogFixture()
        #expect(
            try LogStore.identity(fileSystem: fixture.disk, directory: LogFixture.directory) == nil
        )
        let log = try fixture.open(incarnation: 12)
        #expect(
            try LogStore.identity(fileSystem: fixture.disk, directory: LogFixture.directory)
                == LogIdentity(cluster: LogFixture.cluster, node: "n1", incarnation: 12)
        )
        try log.close()
    }

    @Test func `cannot be opened twice, until it is closed`() throws {
        let fixture = LogFixture()
        let first = try fixture.open()
        let error = #expect(throws: LogError.self) { try fixture.open() }
        #expect(error == .locked(directory: "/data"))
        try first.close()
        let second = try fixture.open()
        #expect(second.failure == nil)
    }

    @Test func `is free again when an open log is dropped`() throws {
        let fixture = LogFixture()
        _ = try fixture.open()
        #expect(try fixture.open().failure == nil)
    }
}
