/// What edits of the catalogue leave behind: their own fields, or those of their mask over what is there.
extension UpsertItem {
    func edited(_ current: Item?) -> Item {
        var item = Item(
            sku: sku,
            title: title,
            attributes: attributes.sortedByName,
            price: price,
            currency: currency,
            state: state,
            version: (current?.version ?? 0) + 1
        )
        guard let current, !fields.isEmpty else { return item }
        if !fields.contains(.title) { item.title = current.title }
        if !fields.contains(.attributes) { item.attributes = current.attributes }
        if !fields.contains(.price) {
            item.price = current.price
            item.currency = current.currency
        }
        if !fields.contains(.state) { item.state = current.state }
        return item
    }
}

extension UpsertLocation {
    func edited(_ current: Location?) -> Location {
        var location = Location(
            id: id,
            name: name,
            kind: kind,
            priority: priority,
            sellsOnline: sellsOnline,
            state: state,
            version: (current?.version ?? 0) + 1
        )
        guard let current, !fields.isEmpty else { return location }
        if !fields.contains(.name) { location.name = current.name }
        if !fields.contains(.kind) { location.kind = current.kind }
        if !fields.contains(.priority) { location.priority = current.priority }
        if !fields.contains(.sellsOnline) { location.sellsOnline = current.sellsOnline }
        if !fields.contains(.state) { location.state = current.state }
        return location
    }
}

extension SetOffer {
    func edited(_ current: Offer?) -> Offer {
        var offer = Offer(
            sku: sku,
            location: location,
            price: price,
            attributes: attributes.sortedByName,
            version: (current?.version ?? 0) + 1
        )
        guard !fields.isEmpty else { return offer }
        if !fields.contains(.price) { offer.price = current?.price }
        if !fields.contains(.attributes) { offer.attributes = current?.attributes ?? [] }
        return offer
    }
}

extension [Attribute] {
    fileprivate var sortedByName: [Attribute] { sorted { $0.name.precedesByBytes($1.name) } }
}
