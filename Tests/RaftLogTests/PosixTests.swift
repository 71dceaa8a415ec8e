import Glibc
import Raft
import RaftLog
import TestSupport
import Testing

@Suite struct `On the operating system's files` {
    private func open(_ directory: TemporaryDirectory) throws(LogError) -> sending LogStore {
        try LogStore.open(
            fileSystem: PosixFileSystem(),
            directory: directory.path + "/node/log",
            cluster: LogFixture.cluster,
            node: "n1",
            newIncarnation: 3,
            limits: LogLimits(segmentBytes: 64 << 10)
        )
    }

    @Test func `a log is written, read from another thread meanwhile, closed and opened again`()
        throws
    {
        let directory = try TemporaryDirectory()
        let writer = LogWriter(try open(directory)) { event in
            guard case .durable = event else {
                Issue.record("\(event)")
                return
            }
        }
        var index: UInt64 = 1
        for ticket in UInt64(1)...200 {
            writer.submit(batch(ticket, entries(index...index + 19, bytes: 40)))
            index += 20
            let last = writer.reader.lastIndex
            guard last > 0 else { continue }
            let from = LogIndex(max(1, last.rawValue / 2))
            let read = try writer.reader.entries(from: from, through: last, payloadBytesMax: 4000)
            #expect(read.first == entry(from.rawValue, bytes: 40))
            #expect(read.map(\.index) == Array(from..<from.advanced(by: read.count)))
        }
        writer.close()
        #expect(writer.metrics.counters.entries == 4000)
        let reopened = try open(directory)
        #expect(reopened.reader.segmentCount > 4)
        #expect(reopened.recovered.report.tornTail == nil)
        #expect(try reopened.contents() == entries(1...4000, bytes: 40))
        let base = try #require(try reopened.compact(through: 3000))
        #expect(base.index > 2000)
        try reopened.close()
        #expect(try open(directory).base == base)
    }

    @Test func `a second opener is refused, and names the directory`() throws {
        let directory = try TemporaryDirectory()
        let first = try open(directory)
        let error = #expect(throws: LogError.self) { try open(directory) }
        #expect(error == .locked(directory: directory.path + "/node/log"))
        try first.close()
        try open(directory).close()
    }

    @Test func `a flipped byte on disk is found`() throws {
        let directory = try TemporaryDirectory()
        let log = try open(directory)
        try log.write(batch(1, entries(1...3)), batch(2, entries(4...5)))
        try log.close()
        let fileSystem = PosixFileSystem()
        let path = directory.path + "/node/log/00000000000000000001.segment"
        let file = try fileSystem.open(path, create: false)
        let byte = try file.read(at: 300, count: 1)
        try file.write([byte[0] ^ 1].span.bytes, at: 300)
        #expect(throws: LogError.self) { try open(directory) }
    }

    @Test func `errors say which call failed on what`() throws {
        let directory = try TemporaryDirectory()
        let fileSystem = PosixFileSystem()
        let missing = directory.path + "/missing"
        let opening = #expect(throws: FileSystemError.self) {
            _ = try fileSystem.open(missing, create: false)
        }
        #expect(opening == FileSystemError(.open, missing, .notFound))
        #expect(opening.map { "\($0)" } == "open \(missing): no such file")
        #expect(throws: FileSystemError.self) { try fileSystem.list(missing) }
        #expect(throws: FileSystemError.self) { try fileSystem.remove(missing) }
        #expect(throws: FileSystemError.self) { try fileSystem.rename(missing, to: missing + "2") }
        #expect(throws: FileSystemError.self) { try fileSystem.syncDirectory(missing) }
        #expect(try fileSystem.exists(missing) == false)
    }

    @Test func `a full disk is told apart from a broken one`() throws {
        // Every write to this device fails as on a full disk.
        let full = try PosixFileSystem().open("/dev/full", create: false)
        let error = #expect(throws: FileSystemError.self) {
            try full.write([UInt8(1)].span.bytes, at: 0)
        }
        #expect(error == FileSystemError(.write, "/dev/full", .noSpace))
    }
}
