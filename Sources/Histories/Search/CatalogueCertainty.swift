import Ledger

/// The standing that an item or a location can have during an interval, by what its upserts were told.
///
/// Most histories create a catalogue once and then move stock. Were the catalogue an ordinary variable,
/// it would tie all operations at a location to each other. Where every order that respects real time
/// gives the same standing throughout an operation's interval, it is a constant for that operation, and
/// the operation need not be looked at together with the upserts.
struct CatalogueCertainty<Value: Equatable & Sendable>: Sendable {
    fileprivate struct Upsert {
        let begin: HistoryInstant
        /// Nil when nobody knows whether it took effect.
        let end: HistoryInstant?
        let value: Value
    }

    private var upserts: [Upsert] = []
    /// When the first of those that are known to have taken effect had returned.
    private var firstEnd: HistoryInstant?
    private var isUniform = true
    private let absent: Value

    /// Nothing there yet.
    init(absent: Value) { self.absent = absent }

    /// Takes in an upsert that succeeded, or may have.
    mutating func add(_ value: Value, begin: HistoryInstant, end: HistoryInstant?) {
        if let first = upserts.first, first.value != value { isUniform = false }
        upserts.append(Upsert(begin: begin, end: end, value: value))
        if let end { firstEnd = min(firstEnd ?? end, end) }
    }

    /// The one value that it has from `begin` to `end` in every order of events; nil when there are
    /// several.
    func value(from begin: HistoryInstant, to end: HistoryInstant?) -> Value? {
        let exists = firstEnd.map { $0 < begin } ?? false
        if isUniform {
            if exists { return upserts.first?.value }
            return upserts.contains { $0.begins(by: end) } ? nil : absent
        }
        // The latest beginning of those that are over: whatever returned before that was replaced.
        let latest = upserts.filter { $0.end.map { $0 < begin } ?? false }.map(\.begin).max()
        var only = exists ? nil : absent
        for upsert in upserts where upsert.begins(by: end) {
            if let latest, let over = upsert.end, over < latest { continue }
            if let only, only != upsert.value { return nil }
            only = upsert.value
        }
        return only
    }
}

extension CatalogueCertainty.Upsert {
    /// Whether it may take effect before an interval ends.
    fileprivate func begins(by end: HistoryInstant?) -> Bool { end.map { begin <= $0 } ?? true }
}
