import Ledger

/// Items, locations, offers and settings.
extension NaiveLedger {
    mutating func upsert(_ edit: UpsertItem) -> Outcome {
        let old = items[edit.sku.text]
        if old == nil, edit.fields != [] { return .refused(.itemNotFound(edit.sku)) }
        let version = old?.version ?? 0
        if let expected = edit.expectedVersion, expected != version {
            return .refused(.versionMismatch(current: version))
        }
        func takes(_ field: UpsertItem.Fields) -> Bool {
            edit.fields == [] || edit.fields.contains(field)
        }
        if takes(.state), edit.state == .archived, !isEmpty(where: { $0.sku == edit.sku.text }) {
            return .refused(.stockRemains(edit.sku, nil))
        }
        var item =
            old
            ?? Item(
                sku: edit.sku,
                title: "",
                attributes: [],
                price: 0,
                currency: "",
                state: .active,
                version: 0
            )
        if takes(.title) { item.title = edit.title }
        if takes(.attributes) { item.attributes = sorted(edit.attributes) }
        if takes(.price) { (item.price, item.currency) = (edit.price, edit.currency) }
        if takes(.state) { item.state = edit.state }
        item.version = version + 1
        items[edit.sku.text] = item
        return .version(version + 1)
    }

    mutating func upsert(_ edit: UpsertLocation) -> Outcome {
        let old = places[edit.id.text]
        if old == nil, edit.fields != [] { return .refused(.locationNotFound(edit.id)) }
        let version = old?.version ?? 0
        if let expected = edit.expectedVersion, expected != version {
            return .refused(.versionMismatch(current: version))
        }
        func takes(_ field: UpsertLocation.Fields) -> Bool {
            edit.fields == [] || edit.fields.contains(field)
        }
        if takes(.state), edit.state == .closed, !isEmpty(where: { $0.place == edit.id.text }) {
            return .refused(.stockRemains(nil, edit.id))
        }
        var place =
            old
            ?? Location(
                id: edit.id,
                name: "",
                kind: .store,
                priority: 0,
                sellsOnline: false,
                state: .active,
                version: 0
            )
        if takes(.name) { place.name = edit.name }
        if takes(.kind) { place.kind = edit.kind }
        if takes(.priority) { place.priority = edit.priority }
        if takes(.sellsOnline) { place.sellsOnline = edit.sellsOnline }
        if takes(.state) { place.state = edit.state }
        place.version = version + 1
        places[edit.id.text] = place
        return .version(version + 1)
    }

    mutating func set(_ edit: SetOffer) -> Outcome {
        let line = StockLine(sku: edit.sku, location: edit.location, quantity: 1)
        if let refusal = unusable([line]) { return .refused(refusal) }
        let pair = Pair(sku: edit.sku.text, place: edit.location.text)
        let version = offers[pair]?.version ?? 0
        if let expected = edit.expectedVersion, expected != version {
            return .refused(.versionMismatch(current: version))
        }
        let whole = edit.fields == []
        let offer = Offer(
            sku: edit.sku,
            location: edit.location,
            price: whole || edit.fields.contains(.price) ? edit.price : offers[pair]?.price,
            attributes: whole || edit.fields.contains(.attributes)
                ? sorted(edit.attributes) : offers[pair]?.attributes ?? [],
            version: version + 1
        )
        offers[pair] = offer
        return .offer(offer)
    }

    mutating func set(_ policy: SetStockPolicy) -> Outcome {
        let line = StockLine(sku: policy.sku, location: policy.location, quantity: 1)
        if let refusal = unusable([line]) { return .refused(refusal) }
        let pair = Pair(sku: policy.sku.text, place: policy.location.text)
        let version = versions[pair] ?? 0
        if let expected = policy.expectedVersion, expected != version {
            return .refused(.versionMismatch(current: version))
        }
        if let units = policy.safetyStock { safety[pair] = units }
        if let units = policy.backorderLimit { backorders[pair] = units }
        versions[pair] = version + 1
        return .levels([shown(pair)])
    }

    func shown(_ pair: Pair) -> LevelView {
        LevelView(
            sku: SKU(unchecked: pair.sku),
            location: LocationID(unchecked: pair.place),
            level: level(pair)
        )
    }

    private func sorted(_ attributes: [Attribute]) -> [Attribute] {
        attributes.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    }
}
