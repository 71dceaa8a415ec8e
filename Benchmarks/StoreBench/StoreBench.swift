import Ledger
import LedgerStore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Measures the store alone on a ledger of any size: filling it, reserving, starting, history and verifying.
///
///     StoreBench fill PATH ITEMS LOCATIONS RESERVATIONS
///     StoreBench reserve|reserve-skewed PATH ITEMS LOCATIONS COUNT [WARMUP]
///     StoreBench open | history | verify PATH
@main
struct StoreBench {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count >= 3 else {
            print(
                "usage: StoreBench fill|reserve|reserve-skewed|open|history|verify PATH [ITEMS LOCATIONS COUNT [WARMUP]]"
            )
            exit(2)
        }
        let numbers = words.dropFirst(3).compactMap { Int($0) }
        switch (words[1], numbers.count) {
        case ("fill", 3): try fill(words[2], numbers[0], numbers[1], numbers[2])
        case ("reserve", 3), ("reserve", 4): try reserve(words[2], numbers, skewed: false)
        case ("reserve-skewed", 3), ("reserve-skewed", 4):
            try reserve(words[2], numbers, skewed: true)
        case ("open", 0): try open(words[2])
        case ("history", 0): try history(words[2])
        case ("verify", 0): try verify(words[2])
        default: print("unknown: \(words.dropFirst())")
        }
        print("peak memory \(peakMegabytes()) MB")
    }

    private static func timed<R>(_ what: String, _ body: () throws -> R) rethrows -> R {
        let start = ContinuousClock.now
        let result = try body()
        print("\(what): \(ContinuousClock.now - start)")
        return result
    }

    private static func fill(_ path: String, _ items: Int, _ locations: Int, _ count: Int) throws {
        var ledger = try BenchedLedger(path)
        try timed("catalogue and stock") { try ledger.stock(items: items, locations: locations) }
        ledger.resetClocks()
        try timed("reservations") {
            try ledger.reserve(count, items: items, locations: locations)
        }
        tell(ledger, count)
        print("journal rows: \(ledger.state.header.journalSequence)")
        try timed("checkpoint") { try ledger.checkpoint() }
    }

    private static func reserve(
        _ path: String,
        _ numbers: [Int],
        skewed: Bool
    ) throws {
        let (items, locations, count) = (numbers[0], numbers[1], numbers[2])
        var ledger = try timed("open") { try BenchedLedger(path) }
        // What is read for the first time is not what is measured.
        let warmUp = numbers.count > 3 ? numbers[3] : count / 4
        try ledger.reserve(warmUp, items: items, locations: locations, skewed: skewed)
        ledger.resetClocks()
        try ledger.reserve(count, items: items, locations: locations, skewed: skewed)
        tell(ledger, count)
        try timed("checkpoint") { try ledger.checkpoint() }
    }

    private static func tell(_ ledger: BenchedLedger, _ count: Int) {
        let parts = [ledger.applied, ledger.written, ledger.checkpointed].map { $0 / count }
        print(
            "apply \(parts[0]), write \(parts[1]) and checkpoint \(parts[2]): "
                + "\(parts[0] + parts[1] + parts[2]) of processor time a reservation"
        )
    }

    private static func open(_ path: String) throws {
        let file = StoreFile(path: path, cluster: "bench")
        let state = try timed("open the state") { try file.openState() }
        _ = try timed("open the writer") { try file.openWriter() }
        print("journal rows: \(state.header.journalSequence)")
    }

    private static func history(_ path: String) throws {
        let reader = try StoreFile(path: path, cluster: "bench").openReader()
        let subjects: [HistoryQuery.Subject] = [
            .all, .item(BenchedLedger.sku(17)), .location(BenchedLedger.place(3)),
            .level(BenchedLedger.sku(711), BenchedLedger.place(1)),
            .request(RequestID(unchecked: "no-such")),
        ]
        for subject in subjects {
            for order in [HistoryQuery.Order.newestFirst, .oldestFirst] {
                let query = HistoryQuery(subject, order: order)
                _ = try reader.history(query)
                let page = try timed("\(subject), \(order)") { try reader.history(query).page }
                print("  \(page.entries.count) rows")
            }
        }
        for text in ["tea", "gre", "n", "tea numb", "number 123456"] {
            let page = try timed("search \(text)") {
                try reader.search(ItemSearch(text: text)).page
            }
            print("  \(page.items.count) items")
        }
    }

    private static func verify(_ path: String) throws {
        let reader = try StoreFile(path: path, cluster: "bench").openReader()
        let report = try timed("verify") { try reader.verify() }
        print(
            "\(report.journalRows) rows, \(report.levels) levels, \(report.reservations) "
                + "reservations: \(report.violationCount) violations"
        )
        for violation in report.violations.prefix(10) { print("  \(violation)") }
    }

    private static func peakMegabytes() -> Int {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        getrusage(RUSAGE_SELF, &usage)
        #endif
        return Int(usage.ru_maxrss) / 1_024
    }
}
