import Testing

@testable import RaftLog

@Suite struct `The power goes in the middle of a call` {
    private let three: [UInt8] = [1, 2, 3]

    @Test func `that call and all that follow fail until the crash is over`() throws {
        let disk = FaultyFileSystem()
        let file = try disk.open("/a", create: true)
        try file.write(three.span.bytes, at: 0)
        disk.failPower(after: 1)
        try file.sync()
        #expect(!disk.hasLostPower)
        #expect(throws: FileSystemError.self) { try disk.syncDirectory("/") }
        #expect(disk.hasLostPower)
        #expect(throws: FileSystemError.self) { try file.write(three.span.bytes, at: 3) }
        #expect(throws: FileSystemError.self) { try file.sync() }
        disk.crash(.nothing)
        #expect(!disk.hasLostPower)
        let again = try disk.open("/a", create: false)
        #expect(try again.read(at: 0, count: 9) == three)
        try again.sync()
    }

    @Test func `a write that it interrupts may be there or not`() throws {
        var lengths: Set<Int> = []
        for seed in 0..<40 as Range<UInt64> {
            let disk = FaultyFileSystem()
            let file = try disk.open("/a", create: true)
            try disk.syncDirectory("/")
            disk.failPower(after: 0)
            let bytes = [UInt8](repeating: 7, count: 2_048)
            #expect(throws: FileSystemError.self) { try file.write(bytes.span.bytes, at: 0) }
            disk.crash(.arbitrary(seed: seed))
            lengths.insert(try disk.open("/a", create: false).size())
        }
        #expect(lengths.contains(0) && lengths.contains(2_048))
    }

    @Test func `faults that have not struck can be taken back`() throws {
        let disk = FaultyFileSystem()
        disk.failPower(after: 0)
        disk.failSync()
        disk.failWrite()
        disk.cancelFaults()
        let file = try disk.open("/a", create: true)
        try file.write(three.span.bytes, at: 0)
        try file.sync()
    }
}
