import Ledger

extension Command {
    /// Whether the model knows what the command does.
    ///
    /// What it does not know is judged by the other checks alone, and the search says that it is
    /// undecided: it never takes a history for right without having looked at all of it.
    var isModelled: Bool {
        switch self {
        case .upsertItem(let command): command.fields.isEmpty
        case .upsertLocation(let command): command.fields.isEmpty
        case .sell(let command): command.sale == nil
        case .reserve(let command):
            command.unplaced.isEmpty && command.placement == .whole && !command.online
        case .receive, .adjust, .extend, .confirm, .fulfill, .release: true
        case .markUnavailable, .writeOff, .setStockPolicy, .returnGoods, .count, .createTransfer,
            .shipTransfer, .receiveTransfer, .cancelTransfer, .setOffer, .batch, .registerStore,
            .submitFacts, .grantAllotment, .recallAllotment, .revokeAllotment, .resolveConflict,
            .replayFact, .returnAllotment:
            false
        }
    }
}
