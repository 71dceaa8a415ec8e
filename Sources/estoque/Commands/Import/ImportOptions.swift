import ArgumentParser
import Foundation
import Ledger

/// What every import has.
struct ImportOptions: ParsableArguments {
    @Argument(
        help: "The CSV file, plain or packed by gzip or xz; - is standard input.",
        completion: .file(extensions: ["csv"])
    )
    var file: String

    @Flag(
        name: .long,
        help: "Check every line, show what the import would change, and change nothing."
    )
    var dryRun = false

    @Option(
        name: .customLong("rejects"),
        help: ArgumentHelp(
            "Name the lines that were not imported in this CSV file, not on standard error.",
            valueName: "file"
        ),
        completion: .file(extensions: ["csv"])
    )
    var rejects: String?

    @Flag(name: .long, help: "Exit with 0 even if lines were refused.")
    var acceptRefused = false

    @Option(
        name: .customLong("import-id"),
        help: ArgumentHelp(
            "Names the delivery: the same lines under another name are imported once more.",
            discussion: "Default: the file's name without its directory, .gz and .xz.",
            valueName: "name"
        )
    )
    var chosenImportID: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Who asks, for the journal.",
            discussion: "Default: $USER, or cli.",
            valueName: "name"
        ),
        transform: { try Arguments.identifier($0) as Ledger.Actor }
    )
    var actor: Ledger.Actor?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if let chosenImportID, chosenImportID.isEmpty {
            throw ValidationError("--import-id must not be empty")
        }
        guard file != "-" || chosenImportID != nil || dryRun else {
            throw ValidationError(
                "standard input has no name: say with --import-id which delivery it is, so that "
                    + "importing it again doubles nothing"
            )
        }
    }

    var importID: String { chosenImportID ?? Self.importID(ofFile: file) }

    /// Packed or not, it is the same delivery.
    static func importID(ofFile path: String) -> String {
        let name = URL(fileURLWithPath: path).lastPathComponent
        for suffix in Packing.suffixes where name.hasSuffix(suffix) && name.count > suffix.count {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    var limits: ImportLimits {
        var limits = ImportLimits()
        if let timeout = connection.chosenTimeout { limits.patience = timeout }
        return limits
    }
}
