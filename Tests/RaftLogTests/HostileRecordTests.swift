import Raft
import Testing

@testable import RaftLog

/// Frames whose checksums are right and whose contents are not.
///
/// That takes a bug, or an attacker who knows the directory's incarnation. They must be refused, without a trap.
@Suite struct `A hostile record` {
    private static let salt = LogSalt(incarnation: 77)

    private func open(payload: [UInt8]) throws -> LogStore {
        let fixture = LogFixture()
        let log = try fixture.open()
        try log.write(batch(1, entries(1...5, term: 3), hardState: HardState(term: 3)))
        let path = LogFixture.segment(1)
        fixture.disk.crash(.nothing)
        var image = fixture.disk.image()
        let offset = (try #require(image[path]?.lastIndex { $0 != 0 }) + 8) & ~7
        let frame = Frame(
            offset: offset,
            payloadBytes: payload.count,
            sequence: 2,
            durableSequence: 1
        )
        var bytes = [UInt8](repeating: 0, count: Frame.headerBytes) + payload
        frame.seal(&bytes, from: 0, segment: 1, salt: Self.salt)
        image[path]?.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        return try LogFixture(disk: FaultyFileSystem(image: image)).open()
    }

    private static func part(_ code: UInt8, _ numbers: UInt64...) -> [UInt8] {
        numbers.reduce(into: [code]) { $0.append(integer: $1) }
    }

    private static func entryPart(length: UInt32, term: UInt64, index: UInt64) -> [UInt8] {
        var bytes: [UInt8] = [3, 0, 0, 0, 0]
        bytes.append(integer: length)
        bytes.append(integer: term)
        bytes.append(integer: index)
        return bytes + [1]
    }

    @Test func `that is a good one is taken`() throws {
        #expect(try open(payload: Self.part(2, 4)).lastIndex == 3)
        #expect(try open(payload: Self.entryPart(length: 0, term: 3, index: 6)).lastIndex == 6)
        #expect(try open(payload: []).lastIndex == 5)
        #expect(try open(payload: [0, 0, 0]).lastIndex == 5)
    }

    @Test(arguments: [
        part(9), part(255, 1), [1], [1, 1], part(1, 9) + [64, 65], part(1, .max) + [0],
        part(1, 2) + [0], part(1, 9) + [1, 0x20], part(2), part(2, 0), part(2, 7), part(2, .max),
        part(4, 9, 3, 1), part(4, 5, 3, 2), part(4, 5, 3, 0), part(5, 9, 9, 0), part(5, 9, 9, 2),
        part(5, .max, 1, 1), part(4, 5, 3), [0, 1], [3],
        entryPart(length: .max, term: 3, index: 6), entryPart(length: 1, term: 3, index: 6),
        entryPart(length: 0, term: 2, index: 6), entryPart(length: 0, term: 3, index: 7),
        entryPart(length: 0, term: 3, index: 5), entryPart(length: 0, term: .max, index: 6),
        entryPart(length: 0, term: 3, index: .max),
    ])
    func `that makes no sense is refused`(payload: [UInt8]) throws {
        let error = #expect(throws: LogError.self) { try open(payload: payload) }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `of a newer format stops the start, with that as the reason`() throws {
        let fixture = LogFixture()
        try fixture.open().write(batch(1, entries(1...1)))
        fixture.disk.corrupt(LogFixture.segment(1), at: 8, flipping: 2)
        let error = #expect(throws: LogError.self) { try fixture.reopen(after: .nothing) }
        #expect(error == .unsupportedFormat(file: LogFixture.segment(1), version: 3))
    }
}
