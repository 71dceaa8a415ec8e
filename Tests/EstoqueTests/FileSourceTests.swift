import Foundation
import Ledger
import Testing

@testable import estoque

@Suite struct `A packed file` {
    private static let text =
        "sku,location,receive\n" + (0..<20_000).map { "a,s1,\($0 * $0 % 99_991 + 1)\n" }.joined()

    /// A file with that content, packed; gone when `body` is done.
    private func withFile(
        packedBy packing: Packing?,
        cutBy bytes: Int? = nil,
        _ body: (String) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "estoque-packed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "stock.csv")
        try Data(Self.text.utf8).write(to: file)
        guard let packing else { return try await body(file.path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [packing.rawValue, file.path]
        try process.run()
        process.waitUntilExit()
        let packed = file.path + (packing == .gzip ? ".gz" : ".xz")
        if let bytes {
            let whole = try Data(contentsOf: URL(fileURLWithPath: packed))
            try whole.dropLast(bytes).write(to: URL(fileURLWithPath: packed))
        }
        try await body(packed)
    }

    private func records(_ path: String) throws -> (count: Int, progress: [Int], bytes: Int?) {
        let file = try FileSource(path)
        defer { file.close() }
        var reader = CSVReader(file)
        var record = CSVRecord()
        var count = 0
        var progress: [Int] = []
        while try reader.next(&record) {
            count += 1
            progress.append(reader.fileBytesConsumed)
        }
        return (count, progress, file.bytes)
    }

    @Test(arguments: [nil, Packing.gzip, .xz])
    func `is read like one that isn't, and says how far it is`(packing: Packing?) async throws {
        try await withFile(packedBy: packing) { path in
            let read = try records(path)
            #expect(read.count == 20_001)
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            #expect(read.bytes == size)
            #expect(read.progress.last == size)
            #expect(read.progress == read.progress.sorted())
        }
    }

    @Test(arguments: Packing.allCases)
    func `that is cut off is an error, and its broken last line is not imported`(
        packing: Packing
    ) async throws {
        try await withFile(packedBy: packing, cutBy: 2_000) { path in
            let error = #expect(throws: ByteSourceError.self) { _ = try records(path) }
            #expect(error?.description.contains("damaged or cut off") == true)
        }
    }

    @Test func `may be left before its end`() async throws {
        try await withFile(packedBy: .gzip) { path in
            let file = try FileSource(path)
            var bytes: [UInt8] = []
            var reading = file
            _ = try reading.read(into: &bytes, max: 16)
            file.close()
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("sku,"))
        }
    }

    @Test(arguments: ["stock.csv", "stock.csv.gz", "stock.csv.xz"])
    func `is the same delivery as the file in it`(name: String) {
        #expect(ImportOptions.importID(ofFile: "/tmp/\(name)") == "stock.csv")
    }

    @Test func `through a pipe is an error that says what helps`() {
        let error = #expect(throws: ByteSourceError.self) {
            var reader = CSVReader(ChunkedSource([0x1F, 0x8B, 8, 0], sizes: [1]))
            var record = CSVRecord()
            _ = try reader.next(&record)
        }
        #expect(error?.description.contains("gzip -dc") == true)
    }
}
