import Ledger

/// The reservations that hold stock (HELD and CONFIRMED): their order of expiry, and how many each
/// owner has.
///
/// All of them are in memory, in 16 bytes each; on disk they are packed by chunks, so that
/// a start finds them without reading the reservations.
struct OpenHolds {
    private var chunks: [UInt64: HoldChunk] = [:]
    private var owners = HoldOwners()
    /// Every HELD hold is in it with its present expiry; besides, entries of holds that have ended
    /// or moved since, which are dropped when they come to the top.
    ///
    /// Invariant: the top, if there is one, is of a HELD hold with that very expiry.
    private var heap = ExpiryHeap()
    private var heldCount = 0
    private var changed: [UInt64] = []

    init() {}

    /// The next hold to expire.
    var firstExpiry: Expiry? { heap.first }

    /// Whether the reservation that a row of the journal has created is open.
    func contains(_ key: UInt64) -> Bool {
        chunks[HoldChunk.chunk(of: key)]?.hold(at: HoldChunk.place(of: key)) != nil
    }

    mutating func count(of owner: Owner) -> Int { owners.count(of: owner) }

    /// Follows a reservation's change; `key` is the sequence of the row that created it.
    mutating func update(
        _ reservation: Reservation,
        previous: Reservation?,
        key: UInt64,
        generation: UInt64
    ) {
        let wasOpen = previous?.isOpen ?? false
        guard wasOpen || reservation.isOpen else { return }
        let wasHeld = previous?.state == .held
        let isHeld = reservation.state == .held
        let place = HoldChunk.place(of: key)
        let number = HoldChunk.chunk(of: key)
        let owner = wasOpen ? chunks[number]?.hold(at: place)?.owner : nil
        let isFirstChange: Bool
        if reservation.isOpen {
            let hold = HoldChunk.Hold(
                place: place,
                owner: owner ?? owners.add(reservation.owner),
                expireTime: isHeld ? reservation.expireTime : HoldChunk.never
            )
            isFirstChange = chunks[number, default: HoldChunk()].put(hold, generation)
        } else {
            if let owner { owners.remove(owner) }
            isFirstChange = chunks[number, default: HoldChunk()].remove(at: place, generation)
        }
        if isFirstChange { changed.append(number) }
        heldCount += (isHeld ? 1 : 0) - (wasHeld ? 1 : 0)
        if isHeld, !wasHeld || previous?.expireTime != reservation.expireTime {
            heap.insert(Expiry(time: reservation.expireTime, key: key))
        }
        // Only the end or the move of the hold on top makes the top untrue.
        if wasHeld, heap.first?.key == key { dropStale() }
        if heap.count > 1_024, heap.count > 4 * heldCount { rebuildHeap() }
    }

    private mutating func dropStale() {
        while let first = heap.first {
            let hold = chunks[HoldChunk.chunk(of: first.key)]?
                .hold(at: HoldChunk.place(of: first.key))
            if hold?.expireTime == first.time { return }
            heap.removeFirst()
        }
    }

    /// Called once per so many changes that its cost is shared by them.
    private mutating func rebuildHeap() {
        var expiries: [Expiry] = []
        expiries.reserveCapacity(heldCount)
        // The order of the dictionary is lost again when the heap sorts.
        for (number, chunk) in chunks {
            for hold in chunk.holds where hold.expireTime != HoldChunk.never {
                let key = HoldChunk.key(chunk: number, place: hold.place)
                expiries.append(Expiry(time: hold.expireTime, key: key))
            }
        }
        heap.replaceAll(expiries)
    }

    /// The chunks that changed since the last time, packed, in order; an empty one has no bytes.
    mutating func takeChanges() -> [Generation.HoldRow] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed.sorted().map { number in
            guard let chunk = chunks[number], !chunk.holds.isEmpty else {
                chunks[number] = nil
                return Generation.HoldRow(chunk: number, bytes: [])
            }
            return Generation.HoldRow(chunk: number, bytes: chunk.pack(owners))
        }
    }

    /// Puts a chunk as it was read at start; `finishLoading` follows the last one.
    mutating func load(
        chunk number: UInt64,
        _ bytes: [UInt8]
    ) throws(StoreError) {
        var chunk = HoldChunk()
        for packed in try HoldChunk.unpack(bytes) {
            chunk.put(
                HoldChunk.Hold(
                    place: packed.place,
                    owner: owners.add(packed.owner),
                    expireTime: packed.expireTime
                ),
                0
            )
        }
        chunks[number] = chunk
        heldCount += chunk.holds.count { $0.expireTime != HoldChunk.never }
    }

    mutating func finishLoading() {
        rebuildHeap()
    }
}
