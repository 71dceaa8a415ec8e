import Ledger
import SwiftProtobuf

/// The messages of details: the same in a `Problem` and in a `google.rpc.Status`.
extension Problem.Detail {
    /// The member of a `Problem` that says it.
    var proto: ProtoProblem.OneOf_Detail {
        switch self {
        case .insufficientStock(let shortages): .insufficientStock(.init(shortages))
        case .exceedsOpenQuantity(let shortages): .exceedsOpenQuantity(.init(shortages))
        case .exceedsUnavailable(let shortages): .exceedsUnavailable(.init(shortages))
        case .exceedsSoldQuantity(let shortages): .exceedsSoldQuantity(.init(shortages))
        case .exceedsRequested(let shortages): .exceedsRequested(.init(shortages))
        case .exceedsInTransit(let shortages): .exceedsInTransit(.init(shortages))
        case .versionMismatch(let current): .versionMismatch(ProtoVersionMismatch(current: current))
        case .countOutdated(let views): .countOutdated(ProtoCountOutdated(views))
        case .batchRefused(let index, let problem):
            .batchRefused(ProtoBatchRefused(index: index, problem))
        }
    }

    init(_ proto: ProtoProblem.OneOf_Detail) {
        self =
            switch proto {
            case .insufficientStock(let list): .insufficientStock(list.values)
            case .exceedsOpenQuantity(let list): .exceedsOpenQuantity(list.values)
            case .exceedsUnavailable(let list): .exceedsUnavailable(list.values)
            case .exceedsSoldQuantity(let list): .exceedsSoldQuantity(list.values)
            case .exceedsRequested(let list): .exceedsRequested(list.values)
            case .exceedsInTransit(let list): .exceedsInTransit(list.values)
            case .versionMismatch(let version):
                .versionMismatch(current: version.currentVersion)
            case .countOutdated(let levels):
                .countOutdated(levels.levels.compactMap(LevelView.init))
            case .batchRefused(let refused):
                .batchRefused(index: Int(refused.index), Problem(refused.problem))
            }
    }
}

extension ProtoProblem.OneOf_Detail {
    /// The message as a detail of a status.
    var packed: Google_Protobuf_Any {
        switch self {
        case .insufficientStock(let message): .packing(message)
        case .exceedsOpenQuantity(let message): .packing(message)
        case .exceedsUnavailable(let message): .packing(message)
        case .exceedsSoldQuantity(let message): .packing(message)
        case .exceedsRequested(let message): .packing(message)
        case .exceedsInTransit(let message): .packing(message)
        case .versionMismatch(let message): .packing(message)
        case .countOutdated(let message): .packing(message)
        case .batchRefused(let message): .packing(message)
        }
    }

    /// Nil when it is a detail of another kind.
    init?(unpacking any: Google_Protobuf_Any) {
        func unpack<Detail: Message>(
            _ wrap: (Detail) -> ProtoProblem.OneOf_Detail
        ) -> ProtoProblem.OneOf_Detail? {
            any.unpacked(Detail.self).map(wrap)
        }
        let found =
            unpack(Self.insufficientStock) ?? unpack(Self.exceedsOpenQuantity)
            ?? unpack(Self.exceedsUnavailable) ?? unpack(Self.exceedsSoldQuantity)
            ?? unpack(Self.exceedsRequested) ?? unpack(Self.exceedsInTransit)
            ?? unpack(Self.versionMismatch) ?? unpack(Self.countOutdated)
            ?? unpack(Self.batchRefused)
        guard let found else { return nil }
        self = found
    }
}

/// The details that list lines.
protocol ShortageList: Message {
    var shortages: [ProtoShortage] { get set }
}

extension ShortageList {
    init(_ shortages: some Sequence<Shortage>) {
        self.init()
        self.shortages = shortages.map(ProtoShortage.init)
    }

    var values: [Shortage] { shortages.compactMap(Shortage.init) }
}

extension ProtoInsufficientStock: ShortageList {}
extension ProtoExceedsOpenQuantity: ShortageList {}
extension ProtoExceedsUnavailable: ShortageList {}
extension ProtoExceedsSoldQuantity: ShortageList {}
extension ProtoExceedsRequested: ShortageList {}
extension ProtoExceedsInTransit: ShortageList {}

extension ProtoVersionMismatch {
    init(current: UInt64) {
        self.init()
        currentVersion = current
    }
}

extension ProtoCountOutdated {
    init(_ views: [LevelView]) {
        self.init()
        levels = views.map(ProtoStockLevel.init)
    }
}

extension ProtoBatchRefused {
    init(index: Int, _ problem: Problem) {
        self.init()
        self.index = UInt32(clamping: index)
        self.problem = ProtoProblem(problem)
    }
}

extension ProtoShortage {
    init(_ shortage: Shortage) {
        self.init()
        sku = shortage.sku.text
        locationID = shortage.location?.text ?? ""
        requested = shortage.requested
        available = shortage.available
    }
}

extension Shortage {
    /// Nil when an identifier is none.
    init?(_ proto: ProtoShortage) {
        let location = LocationID(proto.locationID)
        guard let sku = SKU(proto.sku), location != nil || proto.locationID.isEmpty else {
            return nil
        }
        self.init(
            sku: sku,
            location: location,
            requested: proto.requested,
            available: proto.available
        )
    }
}
