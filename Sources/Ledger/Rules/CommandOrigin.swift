/// Where a command comes from, for its journal row.
struct CommandOrigin {
    /// Alone, or one of a batch.
    enum Place {
        case alone(digest: UInt64)
        case part(index: Int)
    }

    /// The request's id.
    let id: RequestID
    let actor: Actor
    let place: Place

    init(_ request: Request, _ place: Place) {
        self.init(id: request.id, actor: request.actor, place: place)
    }

    private init(id: RequestID, actor: Actor, place: Place) {
        self.id = id
        self.actor = actor
        self.place = place
    }

    /// That of one of the batch's commands.
    func part(_ index: Int) -> CommandOrigin {
        CommandOrigin(id: id, actor: actor, place: .part(index: index))
    }

    /// The name of a sale that was given no other.
    var saleID: SaleID {
        switch place {
        case .alone: SaleID(id)
        case .part(let index): SaleID(id, index: index)
        }
    }

    func cause(_ outcome: Outcome) -> JournalRow.Cause {
        switch place {
        case .alone(let digest): .request(id, digest: digest, actor: actor, outcome: outcome)
        case .part(let index): .part(of: id, index: index, actor: actor, outcome: outcome)
        }
    }
}
