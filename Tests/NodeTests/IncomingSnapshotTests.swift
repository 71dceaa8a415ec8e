import Ledger
import LedgerStore
import Raft
import RaftLog
import Testing

@testable import Replica

/// A state that is being brought here, on a disk that fails, fills up and loses power.
@Suite struct `An incoming state` {
    private static let position = LogPosition(index: 70, term: 4)
    private static let directory = DataDirectory(path: "/data")
    private static let contents = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }

    /// What the file claims to be when it is looked at.
    private struct Claim {
        var position: LogPosition
        var membership: [UInt8]
        var error: StoreError?

        init(_ fetch: SnapshotFetch) {
            position = fetch.last
            membership = Membership.encode(fetch.configuration)
        }

        func header() throws(StoreError) -> StoreHeader {
            if let error { throw error }
            var ledger = LedgerHeader()
            ledger.position = Position(position.index.rawValue)
            return StoreHeader(
                ledger: ledger,
                term: position.term.rawValue,
                membership: membership
            )
        }
    }

    private static func fetch(
        _ position: LogPosition = position,
        voters: [NodeID] = ["n1", "n2"]
    ) throws -> SnapshotFetch {
        SnapshotFetch(
            leader: "n2",
            last: position,
            configuration: LoggedConfiguration(
                index: 3,
                configuration: try #require(Configuration(voters: voters))
            )
        )
    }

    private static var limits: SnapshotLimits {
        var limits = SnapshotLimits()
        limits.incomingSyncBytes = 250
        limits.incomingReserveBytes = 10
        limits.badPiecesMax = 3
        return limits
    }

    private func make(
        _ disk: FaultyFileSystem,
        claim: Claim? = nil,
        limits: SnapshotLimits = Self.limits,
        freeBytes: Int = 1 << 20
    ) throws -> IncomingSnapshot {
        let claim = try claim ?? Claim(Self.fetch())
        return IncomingSnapshot(
            fileSystem: disk,
            directory: Self.directory,
            limits: limits,
            inspection: IncomingSnapshot.Inspection(
                verify: { (_) throws(StoreError) in try claim.header() },
                freeBytes: { freeBytes }
            )
        )
    }

    private static func sum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { CheckedRecord.checksum($0) }
    }

    /// The piece of some contents that begins at an offset.
    private static func piece(
        at offset: UInt64,
        of contents: [UInt8] = contents,
        length: Int = 100
    ) -> SnapshotChunk {
        let bytes = Array(contents.dropFirst(Int(offset)).prefix(length))
        return SnapshotChunk(
            offset: offset,
            totalBytes: UInt64(contents.count),
            totalChecksum: UInt64(sum(contents)),
            checksum: sum(bytes),
            bytes: bytes
        )
    }

    /// Sends what is wanted until the state is complete, or failed; gives the offsets asked for.
    private func send(
        _ contents: [UInt8] = contents,
        to incoming: IncomingSnapshot,
        _ first: IncomingSnapshot.Outcome
    ) -> (outcome: IncomingSnapshot.Outcome, offsets: [UInt64]) {
        var outcome = first
        var offsets: [UInt64] = []
        while case .wanted(let offset) = outcome, offsets.count < 100 {
            offsets.append(offset)
            outcome = incoming.take(Self.piece(at: offset, of: contents), of: Self.position)
        }
        return (outcome, offsets)
    }

    private func isThere(_ disk: FaultyFileSystem) -> Bool {
        disk.image().keys.contains { $0.contains("incoming") }
    }

    @Test func `is written piece by piece, and complete with its last byte`() throws {
        let disk = FaultyFileSystem()
        let incoming = try make(disk)
        let (outcome, offsets) = send(to: incoming, incoming.begin(try Self.fetch()))
        #expect(outcome == .complete)
        #expect(offsets == stride(from: 0, to: 1_000, by: 100).map { UInt64($0) })
        disk.crash(.everything)
        #expect(disk.image()[Self.directory.incoming] == Self.contents)
        let progress = try IncomingProgress.read(disk, Self.directory.progress)
        #expect(progress?.durableBytes == 1_000)
        #expect(progress?.description.last == Self.position)
    }

    @Test func `asks again for a piece that is damaged or from elsewhere, but not for ever`()
        throws
    {
        let disk = FaultyFileSystem()
        let incoming = try make(disk)
        #expect(incoming.begin(try Self.fetch()) == .wanted(offset: 0))
        var damaged = Self.piece(at: 0)
        damaged.bytes[7] ^= 1
        #expect(incoming.take(damaged, of: Self.position) == .wanted(offset: 0))
        #expect(incoming.take(Self.piece(at: 100), of: Self.position) == .wanted(offset: 0))
        #expect(incoming.take(Self.piece(at: 0), of: Self.position) == .wanted(offset: 100))
        // A good one in between begins the count anew.
        #expect(incoming.take(Self.piece(at: 0), of: Self.position) == .wanted(offset: 100))
        #expect(
            incoming.take(Self.piece(at: 100, length: 0), of: Self.position)
                == .wanted(offset: 100)
        )
        guard case .failed(let reason) = incoming.take(damaged, of: Self.position) else {
            Issue.record("not given up")
            return
        }
        #expect(reason.contains("3 pieces"))
        #expect(!isThere(disk))
        guard case .failed = incoming.take(Self.piece(at: 100), of: Self.position) else {
            Issue.record("taken after it was given up")
            return
        }
    }

    @Test(arguments: [FaultyFileSystem.Loss.nothing, .everything])
    func `goes on where it was after a restart`(loss: FaultyFileSystem.Loss) throws {
        let disk = FaultyFileSystem()
        var incoming = try make(disk)
        _ = incoming.begin(try Self.fetch())
        for offset in [0, 100, 200, 300] as [UInt64] {
            _ = incoming.take(Self.piece(at: offset), of: Self.position)
        }
        disk.crash(loss)
        incoming = try make(disk)
        // Up to 300 it was made durable; what came after that may be anything.
        let first = incoming.begin(try Self.fetch())
        #expect(first == .wanted(offset: 300))
        let (outcome, offsets) = send(to: incoming, first)
        #expect(outcome == .complete)
        #expect(offsets.count == 7)
        #expect(disk.image()[Self.directory.incoming] == Self.contents)
    }

    @Test func `that was whole before a restart is verified with its last byte`() throws {
        let disk = FaultyFileSystem()
        var incoming = try make(disk)
        _ = send(to: incoming, incoming.begin(try Self.fetch()))
        disk.crash(.everything)
        incoming = try make(disk)
        let first = incoming.begin(try Self.fetch())
        #expect(first == .wanted(offset: 999))
        #expect(send(to: incoming, first).outcome == .complete)
        #expect(disk.image()[Self.directory.incoming] == Self.contents)
    }

    @Test func `of another position takes its place`() throws {
        let disk = FaultyFileSystem()
        let incoming = try make(disk)
        _ = incoming.begin(try Self.fetch())
        _ = incoming.take(Self.piece(at: 0, length: 600), of: Self.position)
        let other = LogPosition(index: 71, term: 4)
        #expect(incoming.begin(try Self.fetch(other)) == .wanted(offset: 0))
        #expect(!isThere(disk))
        guard case .failed = incoming.take(Self.piece(at: 600), of: Self.position) else {
            Issue.record("a piece of the old one was taken")
            return
        }
    }

    @Test func `that is not brought any more can be dropped`() throws {
        let disk = FaultyFileSystem()
        let incoming = try make(disk)
        // Also of an earlier life, and when there is nothing.
        try incoming.drop()
        _ = incoming.begin(try Self.fetch())
        _ = incoming.take(Self.piece(at: 0, length: 600), of: Self.position)
        #expect(isThere(disk))
        try incoming.drop()
        #expect(!isThere(disk))
        guard case .failed = incoming.take(Self.piece(at: 600), of: Self.position) else {
            Issue.record("a piece was taken")
            return
        }
        let again = incoming.begin(try Self.fetch())
        #expect(again == .wanted(offset: 0))
        #expect(send(to: incoming, again).outcome == .complete)
    }

    @Test func `from another node begins anew: the same ledger, but another file`() throws {
        let disk = FaultyFileSystem()
        let incoming = try make(disk)
        _ = incoming.begin(try Self.fetch())
        for offset in [0, 100, 200, 300] as [UInt64] {
            _ = incoming.take(Self.piece(at: offset), of: Self.position)
        }
        let others = Self.contents.map { $0 ^ 0x55 } + [1, 2, 3]
        let next = incoming.take(Self.piece(at: 400, of: others), of: Self.position)
        #expect(next == .wanted(offset: 0))
        #expect(send(others, to: incoming, next).outcome == .complete)
        #expect(disk.image()[Self.directory.incoming] == others)
    }

    @Test func `that is not what was sent is not used`() throws {
        let disk = FaultyFileSystem()
        let incoming = try make(disk)
        var outcome = incoming.begin(try Self.fetch())
        while case .wanted(let offset) = outcome {
            // A byte rots on the disk while the rest comes.
            if offset == 500 { disk.corrupt(Self.directory.incoming, at: 77, flipping: 4) }
            outcome = incoming.take(Self.piece(at: offset), of: Self.position)
        }
        guard case .failed(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.contains("not what was sent"))
        #expect(!isThere(disk))
    }

    @Test(arguments: ["position", "term", "members", "damage", "cluster"])
    func `that is another store than was offered is not used`(difference: String) throws {
        let disk = FaultyFileSystem()
        var claim = Claim(try Self.fetch())
        switch difference {
        case "position": claim.position.index = 69
        case "term": claim.position.term = 3
        case "members":
            claim.membership = Membership.encode(try Self.fetch(voters: ["n1"]).configuration)
        case "damage": claim.error = StoreError(.corrupt, "page 3 is torn")
        default: claim.error = StoreError(.foreignCluster, "it is north's")
        }
        let incoming = try make(disk, claim: claim)
        guard case .failed = send(to: incoming, incoming.begin(try Self.fetch())).outcome else {
            Issue.record("it was taken")
            return
        }
        #expect(!isThere(disk))
    }

    @Test func `that is too large, or leaves no room, is not begun`() throws {
        let disk = FaultyFileSystem()
        var small = Self.limits
        small.incomingBytesMax = 999
        let tooLarge = try make(disk, limits: small)
        guard case .failed(let large) = send(to: tooLarge, tooLarge.begin(try Self.fetch())).outcome
        else {
            Issue.record("it was taken")
            return
        }
        #expect(large.contains("1000 bytes, more than 999"))
        let tooTight = try make(disk, freeBytes: 1_009)
        guard case .failed(let tight) = send(to: tooTight, tooTight.begin(try Self.fetch())).outcome
        else {
            Issue.record("it was taken")
            return
        }
        #expect(tight.contains("room for 1009"))
        #expect(!isThere(disk))
        let fitting = try make(disk, freeBytes: 1_010)
        #expect(send(to: fitting, fitting.begin(try Self.fetch())).outcome == .complete)
    }

    @Test func `gives its room back when the disk is full`() throws {
        let disk = FaultyFileSystem()
        disk.setCapacity(1_500)
        let incoming = try make(disk)
        guard
            case .failed(let reason) = send(to: incoming, incoming.begin(try Self.fetch())).outcome
        else {
            Issue.record("it found room")
            return
        }
        #expect(reason.contains("no space"))
        #expect(disk.usedBytes == 0)
        disk.setCapacity(nil)
        #expect(send(to: incoming, incoming.begin(try Self.fetch())).outcome == .complete)
    }

    @Test func `a power cut at any call loses what was not durable, and nothing of the rest`()
        throws
    {
        var resumed = 0
        for call in 0..<40 {
            for seed in 0..<6 as Range<UInt64> {
                let disk = FaultyFileSystem()
                var incoming = try make(disk)
                disk.failPower(after: call)
                let (_, offsets) = send(to: incoming, incoming.begin(try Self.fetch()))
                guard disk.hasLostPower else { continue }
                disk.crash(.arbitrary(seed: seed))
                disk.cancelFaults()
                incoming = try make(disk)
                let first = incoming.begin(try Self.fetch())
                guard case .wanted(let offset) = first else {
                    Issue.record("call \(call), seed \(seed): \(first)")
                    continue
                }
                #expect(offset <= (offsets.last ?? 0) + 100)
                if offset > 0 { resumed += 1 }
                #expect(send(to: incoming, first).outcome == .complete)
                #expect(disk.image()[Self.directory.incoming] == Self.contents)
            }
        }
        #expect(resumed > 20)
    }

    @Test func `has a record of its progress in which no flipped byte goes unnoticed`() throws {
        let disk = FaultyFileSystem()
        let description = SnapshotDescription(last: Self.position, byteCount: 900, checksum: 7)
        var progress = IncomingProgress(description: description, durableBytes: 0)
        let file = try disk.open(Self.directory.progress, create: true)
        for bytes in [300, 600] as [UInt64] {
            progress.durableBytes = bytes
            try progress.write(to: file)
        }
        let image = disk.image()
        let count = try #require(image[Self.directory.progress]).count
        for offset in 0..<count {
            let flipped = FaultyFileSystem(image: image)
            flipped.corrupt(Self.directory.progress, at: offset, flipping: 1 << (offset % 8))
            let found = try IncomingProgress.read(flipped, Self.directory.progress)
            #expect(found?.description == description)
            #expect([300, 600].contains(found?.durableBytes))
        }
    }
}
