import ArgumentParser
import Foundation

/// The command line of Estoque: a subcommand for each noun.
@main
struct Estoque: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estoque",
        abstract: "A strongly consistent stock ledger for retail networks.",
        discussion: """
            Three to five nodes replicate every reservation and sale by Raft. Start with \
            'estoque demo' to see it work, or with 'estoque node start --help' to run a node.

            Exit codes: 0 done, 1 refused or failed, 2 wrong use, 69 unavailable.

            Completions: estoque --generate-completion-script bash (or zsh, fish).
            """,
        subcommands: [
            NodeCommand.self, ClusterCommand.self, ItemCommand.self, LocationCommand.self,
            OfferCommand.self, TransferCommand.self, SaleCommand.self, HistoryCommand.self,
            SearchCommand.self, WatchCommand.self,
            StockCommand.self, ReservationCommand.self, StoreCommand.self, ConflictCommand.self,
            ImportCommand.self, ExportCommand.self,
            BenchCommand.self,
            ReplayCommand.self,
            DemoCommand.self, SimulateCommand.self,
        ]
    )
}

extension Estoque {
    /// Runs the command; exit codes are those of the help text, whatever went wrong.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Terminal.err("estoque: \(failure.description)")
            Foundation.exit(failure.isUnavailable ? 69 : 1)
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure else { exit(withError: error) }
            Terminal.err(fullMessage(for: error))
            Foundation.exit(2)
        }
    }
}
