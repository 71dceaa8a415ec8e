import Ledger

/// What an operation needs of a variable, as far as versions tell.
struct VersionDemand: Equatable {
    let slot: Slot
    /// The operation can't come after the variable has had a greater version.
    let versionMax: UInt64
}

/// Versions only rise, and answers show them. So once a variable's version is beyond what an operation was
/// told, that operation can never come, and a search that has got there need not go on.
extension ModelOperation {
    var demands: [VersionDemand] {
        switch action {
        case .reuse: []
        case .read(let read): read.demands
        case .command(let command, let told): told.map(command.demands) ?? []
        }
    }
}

extension ModelCommand {
    fileprivate func demands(toldBy outcome: Outcome) -> [VersionDemand] {
        switch (self, outcome) {
        case (.upsertItem(let slot, _, _), .version(let version)),
            (.upsertLocation(let slot, _, _), .version(let version)):
            [VersionDemand(slot, before: version)]
        case (.receive(let lines), .levels(let views)), (.adjust(let lines, _), .levels(let views)),
            (.sell(let lines), .levels(let views)):
            zip(lines, views).map { line, view in
                // Nothing moved, nothing changed.
                line.quantity == 0
                    ? VersionDemand(slot: line.place.level, versionMax: view.level.version)
                    : VersionDemand(line.place.level, before: view.level.version)
            }
        case (.reserve(let slot, _, _, _), .reservation(let told)),
            (.extend(let slot, _), .reservation(let told)),
            (.confirm(let slot, _, _), .reservation(let told)),
            (.fulfill(let slot, _), .reservation(let told)),
            (.release(let slot, _), .reservation(let told)):
            [VersionDemand(slot, before: told.version)]
        default: []
        }
    }
}

extension ModelRead {
    fileprivate var demands: [VersionDemand] {
        switch self {
        case .level(let place, let told):
            told.map { [VersionDemand(slot: place.level, versionMax: $0.version)] } ?? []
        case .item(let slot, let named, let told, let levels):
            [VersionDemand(slot: slot, versionMax: told?.version ?? 0)]
                + (told == nil ? [] : Self.demands(named, levels))
        case .location(let slot, let told):
            [VersionDemand(slot: slot, versionMax: told?.version ?? 0)]
        case .reservation(let slot, let told):
            [VersionDemand(slot: slot, versionMax: told?.version ?? 0)]
        case .availability: []
        }
    }

    /// A level that is not shown has never changed.
    private static func demands(_ named: [NamedLevel], _ told: [LevelView]) -> [VersionDemand] {
        named.map { level in
            let view = told.first { $0.location == level.location }
            return VersionDemand(slot: level.slot, versionMax: view?.level.version ?? 0)
        }
    }
}

extension VersionDemand {
    /// The operation itself makes the version.
    fileprivate init(_ slot: Slot, before version: UInt64) {
        self.init(slot: slot, versionMax: version == 0 ? 0 : version - 1)
    }
}
