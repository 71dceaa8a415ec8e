import Ledger

/// The names under which the load generator and the demonstration appear in the ledger.
enum LoadNames {
    static let actor = Ledger.Actor(unchecked: "estoque-load")
}
