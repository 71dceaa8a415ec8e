import CSQLite
import Foundation
import Ledger
import TestSupport
import Testing

@testable import LedgerStore

/// The row that says where a store stands has a checksum: SQLite has none.
struct HeaderTests {
    @Test(arguments: [
        "position = position + 1", "term = term + 1", "log_time = log_time - 1",
        "journal_sequence = 0", "last_item = 77", "last_location = 77",
        "cluster = 'tess'", "membership = x'01'", "checksum = checksum + 1",
    ])
    func `a header that is not what was written is refused`(change: String) throws {
        let directory = try TemporaryDirectory()
        var twin = try Twin(directory.store())
        var history = RandomHistory(seed: 4)
        for entry in history.opening() { try twin.apply(entry) }
        try twin.settle()
        try twin.file.openForWriting().execute("UPDATE meta SET \(change)")
        let errors = [
            #expect(throws: StoreError.self) { try twin.file.prepare() },
            #expect(throws: StoreError.self) { try twin.file.openState() },
            #expect(throws: StoreError.self) { try twin.file.openWriter() },
            #expect(throws: StoreError.self) { try twin.file.openReader() },
        ]
        for error in errors {
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("header") == true)
        }
    }

    @Test func `no flipped byte of the header's row goes unnoticed`() throws {
        let directory = try TemporaryDirectory()
        var limits = StoreLimits()
        limits.pageBytes = 512
        var twin = try Twin(directory.store(limits: limits))
        var history = RandomHistory(seed: 4)
        for entry in history.opening() { try twin.apply(entry) }
        try twin.settle()
        let written = twin.writer.header
        try #require(try Checkpoint(twin.file).restart(truncating: true)?.isComplete == true)
        let original = try Data(contentsOf: URL(filePath: twin.file.path))
        let copy = StoreFile(path: directory.path("flipped.db"), cluster: "test")
        // The row is in a leaf of its own: it has the cluster's name.
        let page = try #require(original.firstPage(containing: "test"))
        var refusals = 0
        for offset in page {
            for bits in [UInt8(1) << (offset % 8), 0xFF] {
                var bytes = original
                bytes[offset] ^= bits
                try bytes.write(to: URL(filePath: copy.path))
                do throws(StoreError) {
                    // Bits that SQLite does not look at change nothing.
                    let header = try copy.verifyImmutable()
                    #expect(header == written, "byte \(offset), bits \(bits)")
                } catch {
                    refusals += 1
                }
            }
        }
        // A row of some forty bytes, and the page's own head.
        #expect(refusals > 2 * 40)
    }
}

extension Data {
    /// The bytes of the first page but one whose contents have a text.
    fileprivate func firstPage(containing text: String) -> Range<Int>? {
        stride(from: 512, to: count, by: 512).map { $0..<Swift.min($0 + 512, count) }
            .first { self[$0].range(of: Data(text.utf8)) != nil }
    }
}
