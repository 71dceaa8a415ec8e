import Simulation

/// Plays every strategy at every length of disconnection, and tells what came of it.
struct DisconnectionMode {
    private static let lengths: [(name: String, seconds: Int64)] = [
        ("never", 0), ("5 min", 300), ("30 min", 1_800), ("2 h", 7_200), ("8 h", 28_800),
        ("1 day", 86_400), ("2 days", 172_800), ("4 days", 345_600), ("7 days", 604_800),
    ]

    private let path: String

    init(_ path: String) { self.path = path }

    func run(as format: OutputFormat) throws {
        let demands: [Demand]
        do {
            demands = try RetailDemand.read(path)
        } catch let error as ByteSourceError {
            throw CommandFailure(error.description)
        } catch let error as ImportFileError {
            throw CommandFailure(error.description)
        }
        let study = DisconnectionStudy(demands)
        var results: [JSONValue] = []
        var table = Table(
            ("STRATEGY", .left),
            ("CUT OFF", .right),
            ("LOST AT THE STORE", .right),
            ("LOST ONLINE", .right),
            ("OVERSOLD", .right),
            ("CANCELLED", .right),
            ("OF ORDERS", .right)
        )
        for strategy in DisconnectionStrategy.allCases {
            for length in Self.lengths {
                let outcome = study.play(strategy, cutOff: length.seconds)
                results.append(Self.json(strategy, length.seconds, outcome))
                table.add(
                    Table.Cell(strategy.rawValue),
                    Table.Cell(length.name),
                    Table.Cell(Self.percent(outcome.lostAtStore, outcome)),
                    Table.Cell(Self.percent(outcome.lostOnline, outcome)),
                    Table.Cell(Self.percent(outcome.oversold, outcome)),
                    Table.Cell(String(outcome.cancelledOrders)),
                    Table.Cell(String(outcome.orders))
                )
            }
        }
        let json = JSONValue.object([
            JSONValue.Member(key: "weeks", value: .integer(Int64(study.weekCount))),
            JSONValue.Member(key: "demands", value: .integer(Int64(demands.count))),
            JSONValue.Member(key: "results", value: .array(results)),
        ])
        Report(
            json: json,
            tables: [table],
            notes: ["Units in percent of those that customers wanted in \(study.weekCount) weeks."]
        ).print(as: format)
    }

    private static func percent(_ units: Int64, _ outcome: DisconnectionOutcome) -> String {
        let hundredths = outcome.wanted == 0 ? 0 : units * 10_000 / outcome.wanted
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) %"
    }

    private static func json(
        _ strategy: DisconnectionStrategy,
        _ seconds: Int64,
        _ outcome: DisconnectionOutcome
    ) -> JSONValue {
        let figures: [(String, Int64)] = [
            ("cutOffSeconds", seconds), ("unitsWanted", outcome.wanted),
            ("unitsSoldAtStore", outcome.soldAtStore), ("unitsSoldOnline", outcome.soldOnline),
            ("unitsLostAtStore", outcome.lostAtStore), ("unitsLostOnline", outcome.lostOnline),
            ("unitsOversold", outcome.oversold), ("orders", Int64(outcome.orders)),
            ("ordersCancelled", Int64(outcome.cancelledOrders)),
        ]
        let name = JSONValue.Member(key: "strategy", value: .string(strategy.rawValue))
        return .object(
            [name] + figures.map { JSONValue.Member(key: $0.0, value: .integer($0.1)) }
        )
    }
}
