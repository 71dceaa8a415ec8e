import Ledger

/// One line of a file: what the ledger is to be asked, or why not.
struct ImportEntry: Sendable {
    /// What became of the line's text.
    enum Content: Sendable {
        case command(Command, ImportIdentity)
        case rejected(Rejection)
    }

    /// The line of the file on which it begins.
    var line: Int
    var content: Content
}

/// Some lines that are sent together.
struct ImportBatch: Sendable {
    var entries: [ImportEntry] = []
    /// What must not be written by two batches at once, lest the older writes last.
    var orderKeys: Set<OrderKey> = []
    /// How far the file has been read.
    var bytesConsumed = 0
}

/// What a command replaces: of two that replace the same, the later in the file must win.
///
/// Movements of stock have none: they add up in any order.
enum OrderKey: Hashable, Sendable {
    case item(SKU)
    case location(LocationID)
    case offer(SKU, LocationID)

    init?(_ command: Command) {
        switch command {
        case .upsertItem(let item): self = .item(item.sku)
        case .upsertLocation(let location): self = .location(location.id)
        case .setOffer(let offer): self = .offer(offer.sku, offer.location)
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .item(let sku): sku.text
        case .location(let id): id.text
        case .offer(let sku, let location): "\(sku) \(location)"
        }
    }
}

/// What became of a line.
enum EntryOutcome: Equatable, Sendable {
    case imported
    /// An earlier run of the same import has done it.
    case alreadyThere
    case refused(Rejection)
    /// Nobody answered; it may be done or not, and the same import tells when it is run again.
    case unanswered(String)
}

/// Bounds of an import.
struct ImportLimits: Sendable {
    /// Commands sent together.
    var entriesPerBatchMax = 1_000
    /// Bytes of the file in one batch, well under what a node takes in one message.
    var bytesPerBatchMax = 512 * 1_024
    /// Batches that are on their way at once.
    var batchesInFlightMax = 4
    /// How long to go on without any answer.
    var patience = Duration.seconds(30)
    /// Attempts at a line that earlier runs were refused.
    var attemptsMax = 100
    /// The pause before asking again when nothing was answered; doubles to the other.
    var pauseMin = Duration.milliseconds(20)
    var pauseMax = Duration.seconds(1)
}

/// Where an import's lines come from.
protocol EntrySource: Sendable {
    /// The next lines; nil at the end. One caller at a time.
    func next() async throws -> ImportBatch?
}
