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

    func count(of owner: Owner) -> Int { owners.count(of: owner) }

    /// Follows a reservation's change; `key` is the sequence of the row that created it.
    mutating func update(
        _ reservation: Reservation,
        previous: Reservation?,
        key: UInt64,
        generation: UInt64
    ) {
        let wasOpen = previous?.isOpen ?? false
        guard wasOpen || reservation.isOpen else { return }
        let number = HoldChunk.chunk(of: key)
        let place = HoldChunk.place(of: key)
        let expireTime =
            reservation.state == .held ? reservation.expireTime : HoldChunk.never
        if reservation.isOpen {
            let owner =
                chunks[number]?.hold(at: place)?.owner ?? owners.add(reservation.owner)
            chunks[number, default: HoldChunk()].put(
                HoldChunk.Hold(place: place, owner: owner, expireTime: expireTime)
            )
        } else if let owner = chunks[number]?.hold(at: place)?.owner {
            owners.remove(owner)
            chunks[number]?.remove(at: place)
        }
        markChanged(number, generation)
        heldCount += (reservation.state == .held ? 1 : 0) - (previous?.state == .held ? 1 : 0)
        if reservation.state == .held,
            previous?.state != .held || previous?.expireTime != expireTime
        {
            heap.insert(Expiry(time: expireTime, key: key))
        }
        dropStale()
    }

    private mutating func markChanged(_ number: UInt64, _ generation: UInt64) {
        guard chunks[number]?.written != generation else { return }
        chunks[number]?.written = generation
        changed.append(number)
    }

    private mutating func dropStale() {
        if heap.count > 1_024, heap.count > 4 * heldCount { rebuildHeap() }
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
                )
            )
        }
        chunks[number] = chunk
        heldCount += chunk.holds.count { $0.expireTime != HoldChunk.never }
    }

    mutating func finishLoading() {
        rebuildHeap()
    }
}
