import Foundation
import LedgerStore

/// A directory of a test's own, removed with the value that holds it.
final class TemporaryDirectory {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appending(path: "ledger-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func store(cluster: String = "test", limits: StoreLimits = StoreLimits()) -> StoreFile {
        StoreFile(path: path("ledger.db"), cluster: cluster, limits: limits)
    }
}
