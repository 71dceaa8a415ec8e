import Ledger
import SwiftProtobuf

/// The fields that an edit may replace alone, by the messages' names.
protocol MaskedFields: OptionSet {
    static var names: [(path: String, field: Self)] { get }
}

extension UpsertItem.Fields: MaskedFields {
    static var names: [(path: String, field: Self)] {
        [
            ("title", .title), ("attributes", .attributes), ("price", .price),
            ("state", .state),
        ]
    }
}

extension UpsertLocation.Fields: MaskedFields {
    static var names: [(path: String, field: Self)] {
        [
            ("name", .name), ("kind", .kind), ("priority", .priority),
            ("sells_online", .sellsOnline), ("state", .state),
        ]
    }
}

extension SetOffer.Fields: MaskedFields {
    static var names: [(path: String, field: Self)] {
        [("price", .price), ("attributes", .attributes)]
    }
}

extension FieldReader {
    /// The fields that a mask names; none when it is left out, which stands for all of them.
    ///
    /// A mask that is there and empty is refused: whoever sends one wanted to name something.
    mutating func mask<Fields: MaskedFields>(_ mask: Google_Protobuf_FieldMask?) -> Fields
    where Fields.Element == Fields {
        guard let mask else { return [] }
        if mask.paths.isEmpty { refuse("update_mask", "must name a field, or be left out") }
        var fields: Fields = []
        for (index, path) in mask.paths.enumerated() {
            if let known = Fields.names.first(where: { $0.path == path }) {
                fields.insert(known.field)
            } else {
                refuse(
                    "update_mask.paths[\(index)]",
                    "must be one of " + Fields.names.map(\.path).joined(separator: ", ")
                )
            }
        }
        return fields
    }
}

extension Google_Protobuf_FieldMask {
    /// Nil for no fields, which stand for all of them.
    init?<Fields: MaskedFields>(_ fields: Fields) where Fields.Element == Fields {
        guard !fields.isEmpty else { return nil }
        self.init(protoPaths: Fields.names.filter { fields.contains($0.field) }.map(\.path))
    }
}
