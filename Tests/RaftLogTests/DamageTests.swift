import Raft
import RaftLog
import TestSupport
import Testing

@Suite struct `Rule 19: damage is refused, only a torn tail is cut off` {
    /// A disk whose log has three segments, what the log holds, and what it would hold without
    /// its last frame.
    private struct Sample {
        var image: [String: [UInt8]]
        var contents: [Entry]
        var withoutLastFrame: [Entry]
    }

    private static let hardState = HardState(term: 2, vote: "n2")

    private func sample(closed: Bool) throws -> Sample {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, entries(1...2), hardState: Self.hardState))
        var ticket: UInt64 = 1
        var index: UInt64 = 3
        while ticket < 14 {
            ticket += 1
            try log.write(batch(ticket, entries(index...index + 1, term: 2)))
            index += 2
        }
        #expect(log.reader.segmentCount == 3)
        let contents = try log.contents()
        if closed { try log.close() }
        fixture.disk.crash(.everything)
        return Sample(
            image: fixture.disk.image(),
            contents: contents,
            withoutLastFrame: Array(contents.dropLast(2))
        )
    }

    private enum Finding: Hashable {
        case everything
        case withoutLastFrame
        case refused
    }

    /// Opens a damaged disk and says which of the allowed outcomes that gave.
    private func finding(_ image: [String: [UInt8]], of sample: Sample) throws -> Finding? {
        let fixture = LogFixture(disk: FaultyFileSystem(image: image))
        let log: LogStore
        do throws(LogError) {
            log = try fixture.open()
        } catch {
            switch error {
            case .damaged(let damage):
                return damage.description.contains("/data") ? .refused : nil
            case .unsupportedFormat, .wrongNode, .wrongCluster: return .refused
            default: return nil
            }
        }
        guard log.hardState == Self.hardState else { return nil }
        let contents = try log.contents()
        if contents == sample.contents { return .everything }
        let isCut = contents == sample.withoutLastFrame && log.recovered.report.tornTail != nil
        return isCut ? .withoutLastFrame : nil
    }

    @Test(arguments: [true, false])
    func `rule 19: flip each byte of three segments`(closed: Bool) throws {
        let sample = try sample(closed: closed)
        var findings: [Finding: Int] = [:]
        for (path, bytes) in sample.image.sorted(by: { $0.key < $1.key }) {
            for offset in bytes.indices {
                for bits in [UInt8(1) << (offset % 8), 0xFF] {
                    var image = sample.image
                    image[path]?[offset] ^= bits
                    let finding = try finding(image, of: sample)
                    guard let finding else {
                        Issue.record("\(path) at \(offset): neither everything nor a refusal")
                        continue
                    }
                    findings[finding, default: 0] += 1
                }
            }
        }
        // After a clean end the mark knows of the last frame as well. After a power cut that took
        // the mark back, that one frame cannot be told from a write that was never finished.
        #expect(((findings[.withoutLastFrame] ?? 0) == 0) == closed)
        #expect((findings[.refused] ?? 0) > 1500)
        #expect((findings[.everything] ?? 0) > 100)
    }

    @Test func `zeros in place of any sixteen bytes that were written are refused`() throws {
        let sample = try sample(closed: true)
        for number in 1...3 {
            let path = LogFixture.segment(number)
            let bytes = try #require(sample.image[path])
            let end = try #require(bytes.lastIndex { $0 != 0 })
            for offset in stride(from: 0, through: end, by: 16) {
                let range = offset..<min(offset + 16, bytes.count)
                guard bytes[range].contains(where: { $0 != 0 }) else { continue }
                var image = sample.image
                image[path]?.replaceSubrange(range, with: repeatElement(0, count: range.count))
                #expect(try finding(image, of: sample) == .refused)
            }
        }
    }

    @Test func `a file cut anywhere is refused unless only prepared space is gone`() throws {
        let sample = try sample(closed: true)
        for number in 1...3 {
            let path = LogFixture.segment(number)
            let bytes = try #require(sample.image[path])
            let end = try #require(bytes.lastIndex { $0 != 0 }) + 1
            // The last frame may end in padding zeros.
            for length in Array(0..<end) + Array(end + 8..<bytes.count) {
                var image = sample.image
                image[path] = Array(bytes.prefix(length))
                let expected = length < end ? Finding.refused : .everything
                #expect(try finding(image, of: sample) == expected)
            }
        }
    }

    @Test(arguments: ["identity", "1", "2", "3"])
    func `a missing file is refused`(name: String) throws {
        let sample = try sample(closed: true)
        var image = sample.image
        let path = Int(name).map { LogFixture.segment($0) } ?? LogFixture.path(name)
        image[path] = nil
        #expect(image.count < sample.image.count)
        #expect(try finding(image, of: sample) == .refused)
    }

    @Test func `rule 19: the refusal names the file, the offset and the remedy`() throws {
        let sample = try sample(closed: true)
        let disk = FaultyFileSystem(image: sample.image)
        disk.corrupt(LogFixture.segment(2), at: 192 + 40, flipping: 1)
        let error = #expect(throws: LogError.self) { try LogFixture(disk: disk).open() }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("00000000000000000002.segment at byte 192"))
        #expect(text.contains("let it rejoin the cluster as a new node"))
    }

    @Test func `a refused log is left as it was`() throws {
        let sample = try sample(closed: true)
        let disk = FaultyFileSystem(image: sample.image)
        disk.corrupt(LogFixture.segment(3), at: 230, flipping: 16)
        let before = disk.image()
        #expect(throws: LogError.self) { try LogFixture(disk: disk).open() }
        #expect(disk.image().filter { $0.key != LogFixture.path("lock") } == before)
    }

    @Test func `the report names what was cut off`() throws {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, entries(1...2)))
        let before = fixture.disk.unsyncedBytes
        try log.append([batch(2, entries(3...4))])
        let reopened = try fixture.reopen(after: .afterBytes(before + 50))
        let torn = try #require(reopened.recovered.report.tornTail)
        #expect(torn.file == LogFixture.segment(1))
        #expect(torn.offset % 8 == 0 && torn.offset > 192)
        #expect((40...50).contains(torn.byteCount))
        #expect(try reopened.contents() == entries(1...2))
        #expect(try fixture.reopen(after: .everything).recovered.report.tornTail == nil)
    }

    @Test func `random damage of any size never crashes, and never loses silently`() throws {
        let sample = try sample(closed: true)
        var random = SplitMix(seed: 7)
        for _ in 0..<1500 {
            var image = sample.image
            let path = LogFixture.segment(Int.random(in: 1...3, using: &random))
            let count = try #require(image[path]).count
            let start = Int.random(in: 0..<count, using: &random)
            let end = Int.random(in: start..<min(count, start + 200), using: &random)
            for offset in start...end {
                image[path]?[offset] = UInt8.random(in: 0...255, using: &random)
            }
            let finding = try finding(image, of: sample)
            #expect(finding == .everything || finding == .refused)
        }
    }
}

@Suite struct `Bytes from elsewhere are not taken for the log's` {
    /// Puts bytes where the next frame would be, and opens the log.
    private func open(
        _ fixture: LogFixture,
        with bytes: some Collection<UInt8>,
        at offset: Int
    ) throws -> LogStore {
        fixture.disk.crash(.everything)
        var image = fixture.disk.image()
        let range = offset..<offset + bytes.count
        image[LogFixture.segment(1)]?.replaceSubrange(range, with: bytes)
        return try LogFixture(disk: FaultyFileSystem(image: image)).open()
    }

    private func end(of fixture: LogFixture) throws -> Int {
        let bytes = try #require(fixture.disk.image()[LogFixture.segment(1)])
        return (try #require(bytes.lastIndex { $0 != 0 }) + 8) & ~7
    }

    @Test func `a copy of an earlier frame`() throws {
        let fixture = LogFixture()
        try fixture.open().write(batch(1, entries(1...1)))
        let end = try end(of: fixture)
        let frame = try #require(fixture.disk.image()[LogFixture.segment(1)])[192..<end]
        let log = try open(fixture, with: frame, at: end)
        #expect(try log.contents() == entries(1...1))
        #expect(log.recovered.report.tornTail != nil)
    }

    @Test func `the very frame that would follow, from a directory with another incarnation`()
        throws
    {
        let other = LogFixture()
        let otherLog = try other.open(incarnation: 78)
        try otherLog.write(batch(1, entries(1...1)))
        let start = try end(of: other)
        try otherLog.write(batch(2, entries(2...2)))
        let frame = try #require(other.disk.image()[LogFixture.segment(1)])[start..<end(of: other)]

        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, entries(1...1)))
        let reopened = try open(fixture, with: frame, at: start)
        #expect(try reopened.contents() == entries(1...1))

        // The same in the same incarnation is taken: the test's offsets are right.
        let twin = LogFixture()
        try twin.open(incarnation: 78).write(batch(1, entries(1...1)))
        #expect(try open(twin, with: frame, at: start).contents() == entries(1...2))
    }
}
