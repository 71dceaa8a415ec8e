import Foundation
import Ledger
import LedgerStore
import Logging
import Raft
import RaftLog
import RaftTransport
import TestSupport
import Testing

@testable import Replica

/// Rule 19 for a whole data directory: whatever byte is flipped, a node starts with everything that
/// was durable, or says what is wrong and what to do.
@Suite struct `A data directory with a flipped byte` {
    private static let logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    private static let remedies = [
        "remove this node's data directory", "Remove the data directory", "move the file away",
    ]

    private static let hardState = HardState(term: 2, vote: "n2")

    /// A directory that a node left in good order.
    private struct Sample {
        let directory: TemporaryDirectory
        let log: [String: [UInt8]]
        let entries: [Entry]
        let header: StoreHeader
        let digest: LedgerDigest

        var files: DataDirectory { DataDirectory(path: directory.path) }

        init() throws {
            directory = try TemporaryDirectory()
            let files = DataDirectory(path: directory.path)
            let disk = FaultyFileSystem()
            let log = try Stores.openLog(Stores.node(files.path, log: disk, segmentBytes: 512))
            entries = (1...24).map { Stores.logEntry($0, term: $0 < 9 ? 1 : 2) }
            try log.append([PersistBatch(ticket: 1, hardState: hardState)])
            for entry in entries {
                try log.append([PersistBatch(ticket: log.writtenTicket.next, entries: [entry])])
                try log.sync()
            }
            #expect(log.reader.segmentCount > 2)
            try log.close()
            self.log = disk.image()
            let file = try Stores.file(files.database)
            digest = try Stores.fill(file, through: LogPosition(index: 20, term: 2)).digest
            header = try file.prepare()
        }

        func settings(_ log: [String: [UInt8]]) -> NodeSettings {
            Stores.node(
                directory.path,
                log: FaultyFileSystem(image: log),
                segmentBytes: 512
            )
        }
    }

    private enum Finding: Hashable {
        case everything
        case refused
    }

    /// Starts as far as a node's files go; nil when the outcome is neither of the two.
    private func start(_ settings: NodeSettings, _ sample: Sample) throws -> Finding? {
        let log: LogStore
        let found: RecoveredFiles
        do throws(NodeStartError) {
            (log, found) = try RecoveredFiles.recover(settings, logger: Self.logger)
        } catch {
            let isHelpful = Self.remedies.contains { error.description.contains($0) }
            if !isHelpful { Issue.record("no remedy: \(error)") }
            return .refused
        }
        let isWhole =
            try found.restored.hardState == Self.hardState
            && log.contents() == sample.entries && found.header == sample.header
            && found.restored.appliedIndex == 20 && found.incarnation == 77
        try log.close()
        return isWhole ? .everything : nil
    }

    /// One bit of a byte: each gets its turn.
    private func bit(_ offset: Int) -> UInt8 { 1 << UInt8(offset % 8) }

    @Test func `of the log`() throws {
        let sample = try Sample()
        #expect(try start(sample.settings(sample.log), sample) == .everything)
        var findings: [Finding: Int] = [:]
        for (path, bytes) in sample.log.sorted(by: { $0.key < $1.key }) {
            for offset in bytes.indices {
                for bits in [bit(offset), 0xFF] {
                    var flipped = sample.log
                    flipped[path]?[offset] ^= bits
                    let finding = try start(sample.settings(flipped), sample)
                    guard let finding else {
                        Issue.record("\(path) at \(offset): neither everything nor a refusal")
                        continue
                    }
                    findings[finding, default: 0] += 1
                }
            }
        }
        #expect((findings[.refused] ?? 0) > 2_400)
        // The free space of the last segment, the older slot of the mark, padding.
        #expect((findings[.everything] ?? 0) > 200)
    }

    @Test func `of the marker of an install`() throws {
        let sample = try Sample()
        let files = sample.files
        let marker = InstallMarker(
            state: SnapshotDescription(
                last: LogPosition(index: 90, term: 3),
                byteCount: 1_000,
                checksum: 12
            ),
            keepsSuffix: false,
            configuration: try Stores.configuration()
        )
        let bytes = marker.encoded()
        #expect(InstallMarker(decoding: bytes) == marker)
        for count in 0..<bytes.count {
            #expect(InstallMarker(decoding: Array(bytes.prefix(count))) == nil)
        }
        for offset in bytes.indices {
            for bits in 1...255 as ClosedRange<UInt8> {
                var flipped = bytes
                flipped[offset] ^= bits
                if InstallMarker(decoding: flipped) != nil {
                    Issue.record("byte \(offset), bits \(bits)")
                }
            }
            var flipped = bytes
            flipped[offset] ^= bit(offset)
            try Data(flipped).write(to: URL(filePath: files.marker))
            #expect(try start(sample.settings(sample.log), sample) == .refused)
        }
        // Nothing was touched meanwhile.
        try FileManager.default.removeItem(atPath: files.marker)
        #expect(try start(sample.settings(sample.log), sample) == .everything)
    }

    @Test func `of the progress of an incoming state`() throws {
        let sample = try Sample()
        var progress = IncomingProgress(
            description: SnapshotDescription(
                last: LogPosition(index: 90, term: 3),
                byteCount: 1_000,
                checksum: 12
            ),
            durableBytes: 500
        )
        let file = try PosixFileSystem().open(sample.files.progress, create: true)
        try progress.write(to: file)
        let bytes = try Data(contentsOf: URL(filePath: sample.files.progress))
        for offset in stride(from: 0, to: bytes.count, by: 3) {
            var flipped = bytes
            flipped[offset] ^= bit(offset)
            try flipped.write(to: URL(filePath: sample.files.progress))
            #expect(try start(sample.settings(sample.log), sample) == .everything)
        }
    }

    @Test func `of the peers that were met`() throws {
        let disk = FaultyFileSystem()
        let directory = DataDirectory(path: "/data")
        let known: [(NodeID, Incarnation)] = [
            ("n2", Incarnation(rawValue: 0x00AB_CDEF_0123_4567)), ("n3", Incarnation(rawValue: 9)),
        ]
        func open(_ disk: FaultyFileSystem) throws(NodeStartError) -> PeerDirectory {
            try PeerDirectory(directory: directory, fileSystem: disk, node: "n1", settings: [])
        }
        let peers = try open(disk)
        for (id, incarnation) in known {
            let verdict = peers.authorize(id, incarnation: incarnation, returnAddress: nil)
            guard case .welcome = verdict else {
                Issue.record("\(verdict)")
                return
            }
        }
        disk.crash(.everything)
        let image = disk.image()
        func remembers(_ peers: PeerDirectory) -> Bool {
            known.allSatisfy { id, incarnation in
                let stranger = Incarnation(rawValue: incarnation.rawValue ^ 1)
                let verdicts = [incarnation, stranger].map {
                    peers.authorize(id, incarnation: $0, returnAddress: nil)
                }
                guard case .welcome = verdicts[0], case .refused = verdicts[1] else { return false }
                return true
            }
        }
        #expect(remembers(try open(disk)))
        let count = try #require(image[directory.peers]).count
        for offset in 0..<count {
            for bits in 1...255 as ClosedRange<UInt8> {
                let flipped = FaultyFileSystem(image: image)
                flipped.corrupt(directory.peers, at: offset, flipping: bits)
                do throws(NodeStartError) {
                    if try !remembers(open(flipped)) {
                        Issue.record("byte \(offset), bits \(bits): taken for another")
                    }
                } catch {
                    #expect(error.description.contains("move the file away"))
                }
            }
        }
        for cut in 0..<count {
            var short = image
            short[directory.peers] = Array(try #require(image[directory.peers]).prefix(cut))
            #expect(throws: NodeStartError.self) { try open(FaultyFileSystem(image: short)) }
        }
    }

    /// What SQLite itself can't see is left out here: bits inside of the ledger's rows, which have no
    /// checksum on the disk.
    ///
    /// A whole file that is sent to another node has one.
    @Test func `of the database's head, or of its position`() throws {
        let sample = try Sample()
        let url = URL(filePath: sample.files.database)
        let whole = try Data(contentsOf: url)
        #expect(!FileManager.default.fileExists(atPath: sample.files.database + "-wal"))
        let name = try #require(Stores.clusterID).description
        let place = try #require(whole.dropFirst(512).range(of: Data(name.utf8))).lowerBound
        let pages = [0..<512, place / 512 * 512..<(place / 512 + 1) * 512]
        var findings: [Finding: Int] = [:]
        for offset in pages.joined() {
            var flipped = whole
            flipped[offset] ^= bit(offset)
            try flipped.write(to: url)
            let finding = try start(sample.settings(sample.log), sample)
            guard let finding else {
                Issue.record("byte \(offset): neither everything nor a refusal")
                continue
            }
            findings[finding, default: 0] += 1
            for companion in StoreFile.companions(of: sample.files.database) {
                try? FileManager.default.removeItem(atPath: companion)
            }
        }
        #expect((findings[.refused] ?? 0) > 150)
        try whole.write(to: url)
        #expect(try start(sample.settings(sample.log), sample) == .everything)
        #expect(try Stores.file(url.path).openReader().digest() == sample.digest)
    }
}
