import LedgerAPI
import NIOCore

/// The commands of a session that are under way, found by the tag that their answer will have.
///
/// A tag is a slot and how often that slot was used before, so that a late answer to a command that
/// was given up never meets its successor.
struct CommandSlots {
    /// A command whose answer is awaited.
    struct Sent {
        /// The number of the message that it went in, from 1.
        var message: UInt64
        var deadline: NIODeadline
        var completion: (CommandResult) -> Void
    }

    private var slots: [Sent?] = []
    private var uses: [UInt32] = []
    private var free: [UInt32] = []

    var count: Int { slots.count - free.count }
    var isEmpty: Bool { count == 0 }

    /// Keeps a command, and returns its tag.
    mutating func insert(_ sent: Sent) -> UInt64 {
        let slot: Int
        if let last = free.popLast() {
            slot = Int(last)
            slots[slot] = sent
        } else {
            slot = slots.count
            slots.append(sent)
            uses.append(0)
        }
        return UInt64(uses[slot]) << 32 | UInt64(slot)
    }

    /// Takes the command out that has the tag; nil when it is gone already.
    mutating func remove(_ tag: UInt64) -> Sent? {
        let slot = Int(tag & 0xFFFF_FFFF)
        guard slot < slots.count, uses[slot] == tag >> 32, let sent = slots[slot] else {
            return nil
        }
        vacate(slot)
        return sent
    }

    /// Takes out all whose deadline has come, in the order of their slots.
    mutating func removeExpired(at now: NIODeadline) -> [Sent] {
        var expired: [Sent] = []
        for slot in slots.indices {
            guard let sent = slots[slot], sent.deadline <= now else { continue }
            vacate(slot)
            expired.append(sent)
        }
        return expired
    }

    /// Takes out all.
    mutating func removeAll() -> [Sent] {
        removeExpired(at: .distantFuture)
    }

    private mutating func vacate(_ slot: Int) {
        slots[slot] = nil
        uses[slot] &+= 1
        free.append(UInt32(slot))
    }
}
