import Ledger

/// The owners of open holds, each once, with how many they have.
///
/// Holds refer to them by a small number, which is used again once an owner has no open hold left.
struct HoldOwners {
    private var index = SlotIndex()
    private var owners: [Owner] = []
    private var counts: [UInt32] = []
    private var unused: [UInt32] = []
    /// Whoever asks for an owner's count mostly adds to it next: that saves hashing the text twice.
    private var last: UInt32?

    subscript(number: UInt32) -> Owner { owners[Int(number)] }

    mutating func count(of owner: Owner) -> Int {
        guard let number = number(of: owner) else { return 0 }
        last = number
        return Int(counts[Int(number)])
    }

    /// Counts one more hold of the owner, and gives the owner's number.
    mutating func add(_ owner: Owner) -> UInt32 {
        let known = last.flatMap { owners[Int($0)] == owner ? $0 : nil } ?? number(of: owner)
        if let number = known, counts[Int(number)] > 0 {
            counts[Int(number)] += 1
            return number
        }
        let number: UInt32
        if let free = unused.popLast() {
            number = free
            owners[Int(free)] = owner
            counts[Int(free)] = 1
        } else {
            number = UInt32(owners.count)
            owners.append(owner)
            counts.append(1)
        }
        index.insert(Int(number), hash: owner.slotHash)
        return number
    }

    private func number(of owner: Owner) -> UInt32? {
        index.slot(owner.slotHash) { owners[$0] == owner }.map(UInt32.init)
    }

    /// Counts one hold less.
    mutating func remove(_ number: UInt32) {
        counts[Int(number)] -= 1
        guard counts[Int(number)] == 0 else { return }
        index.remove(Int(number), hash: owners[Int(number)].slotHash)
        unused.append(number)
    }
}
