import Ledger
import SwiftProtobuf

/// Commands about the catalogue, between messages and the ledger.
extension ProtoUpsertItemRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        let fields: UpsertItem.Fields = reader.mask(hasUpdateMask ? updateMask : nil)
        // What is not replaced may be left out.
        let isStateNeeded = fields.isEmpty || fields.contains(.state)
        return .upsertItem(
            UpsertItem(
                sku: reader.identifier(sku, "sku"),
                title: title,
                attributes: [Attribute](map: attributes),
                price: price,
                currency: currency,
                state: isStateNeeded
                    ? reader.choice(state.rawValue, "state", else: .active) : .active,
                expectedVersion: hasExpectedVersion ? expectedVersion : nil,
                fields: fields
            )
        )
    }

    init(_ command: UpsertItem) {
        self.init()
        sku = command.sku.text
        title = command.title
        attributes = [String: String](attributes: command.attributes)
        price = command.price
        currency = command.currency
        state = ProtoItem.State(command.state)
        if let version = command.expectedVersion { expectedVersion = version }
        if let mask = Google_Protobuf_FieldMask(command.fields) { updateMask = mask }
    }
}

extension ProtoUpsertLocationRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        let fields: UpsertLocation.Fields = reader.mask(hasUpdateMask ? updateMask : nil)
        let isWhole = fields.isEmpty
        return .upsertLocation(
            UpsertLocation(
                id: reader.identifier(locationID, "location_id"),
                name: name,
                kind: isWhole || fields.contains(.kind)
                    ? reader.choice(kind.rawValue, "kind", else: .store) : .store,
                priority: priority,
                sellsOnline: sellsOnline,
                state: isWhole || fields.contains(.state)
                    ? reader.choice(state.rawValue, "state", else: .active) : .active,
                expectedVersion: hasExpectedVersion ? expectedVersion : nil,
                fields: fields
            )
        )
    }

    init(_ command: UpsertLocation) {
        self.init()
        locationID = command.id.text
        name = command.name
        kind = ProtoLocation.Kind(command.kind)
        priority = command.priority
        sellsOnline = command.sellsOnline
        state = ProtoLocation.State(command.state)
        if let version = command.expectedVersion { expectedVersion = version }
        if let mask = Google_Protobuf_FieldMask(command.fields) { updateMask = mask }
    }
}

extension ProtoSetOfferRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .setOffer(
            SetOffer(
                sku: reader.identifier(sku, "sku"),
                location: reader.identifier(locationID, "location_id"),
                price: hasPrice ? Money(amount: price.amount, currency: price.currency) : nil,
                attributes: [Attribute](map: attributes),
                fields: reader.mask(hasUpdateMask ? updateMask : nil),
                expectedVersion: hasExpectedVersion ? expectedVersion : nil,
                basePrice: hasBasePrice ? SetOffer.BasePrice(basePrice) : nil
            )
        )
    }

    init(_ command: SetOffer) {
        self.init()
        sku = command.sku.text
        locationID = command.location.text
        if let price = command.price { self.price = ProtoMoney(price) }
        attributes = [String: String](attributes: command.attributes)
        if let version = command.expectedVersion { expectedVersion = version }
        if let mask = Google_Protobuf_FieldMask(command.fields) { updateMask = mask }
        if let base = command.basePrice {
            basePrice = ProtoBasePrice()
            if let price = base.money { basePrice.price = ProtoMoney(price) }
        }
    }
}

extension SetOffer.BasePrice {
    init(_ proto: ProtoBasePrice) {
        self =
            proto.hasPrice
            ? .price(Money(amount: proto.price.amount, currency: proto.price.currency)) : .nothing
    }
}
