package import Ledger

/// The client's half: requests in protobuf's format, the hottest two straight from the ledger's
/// values.
extension Request {
    /// The message of the unary method for this command.
    package var methodBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192)
        appendMethodMessage(to: &bytes)
        return bytes
    }

    func appendMethodMessage(to bytes: inout [UInt8]) {
        switch command {
        case .reserve(let reserve): append(reserve, to: &bytes)
        case .sell(let sell): append(sell, to: &bytes)
        case .upsertItem(let inner): bytes += ProtoUpsertItemRequest(inner, self).wireBytes
        case .upsertLocation(let inner): bytes += ProtoUpsertLocationRequest(inner, self).wireBytes
        case .receive(let inner): bytes += ProtoReceiveRequest(inner, self).wireBytes
        case .adjust(let inner): bytes += ProtoAdjustRequest(inner, self).wireBytes
        case .extend(let inner): bytes += ProtoExtendRequest(inner, self).wireBytes
        case .confirm(let inner): bytes += ProtoConfirmRequest(inner, self).wireBytes
        case .fulfill(let inner): bytes += ProtoFulfillRequest(inner, self).wireBytes
        case .release(let inner): bytes += ProtoReleaseRequest(inner, self).wireBytes
        }
    }

    private func append(_ reserve: Reserve, to bytes: inout [UInt8]) {
        bytes.append(field: 1, identifier: id)
        bytes.append(field: 2, identifier: actor)
        bytes.append(field: 3, identifier: reserve.reservation)
        bytes.append(field: 4, message: reserve.owner.append)
        for line in reserve.lines { bytes.append(field: 5, message: line.append) }
        bytes.append(field: 6, number: reserve.ttl.rawValue)
        if let replaces = reserve.replaces { bytes.append(field: 7, identifier: replaces) }
    }

    private func append(_ sell: Sell, to bytes: inout [UInt8]) {
        bytes.append(field: 1, identifier: id)
        bytes.append(field: 2, identifier: actor)
        for line in sell.lines { bytes.append(field: 3, message: line.append) }
        if let document = sell.document { bytes.append(field: 4, identifier: document) }
    }
}

extension Owner {
    func append(to bytes: inout [UInt8]) {
        bytes.append(field: 1, number: UInt64(kind.rawValue))
        bytes.append(field: 2, identifier: reference)
    }
}

extension StockLine {
    fileprivate func append(to bytes: inout [UInt8]) {
        bytes.append(field: 1, identifier: sku)
        bytes.append(field: 2, identifier: location)
        bytes.append(field: 3, number: quantity)
    }
}
