/// Bounds on copies of the state, made here or brought here.
package struct SnapshotLimits: Sendable {
    /// The longest piece of a state that is asked for at once.
    package var pieceBytes: UInt64 = 256 << 10
    /// A state is sent no faster than this, to all peers together.
    package var bytesPerSecond: UInt64 = 64 << 20

    /// Copies for other nodes that are kept at once.
    package var copiesMax = 2
    /// So long after it was last read a copy is deleted.
    package var copyIdleMilliseconds: UInt64 = 60_000
    /// A copy is offered to further nodes so long after it was taken.
    package var copyReuseMilliseconds: UInt64 = 60_000
    /// After a copy failed, the next one is made no sooner.
    package var copyRetryMilliseconds: UInt64 = 5_000

    /// The largest state that is brought here.
    package var incomingBytesMax: UInt64 = 1 << 40
    /// So much of it may be lost by a power cut, and be asked for again.
    package var incomingSyncBytes: UInt64 = 8 << 20
    /// Room that an incoming state must leave on the disk, for the log above all.
    package var incomingReserveBytes: UInt64 = 64 << 20
    /// So long after its last piece came an unfinished state is kept, in case it is offered again.
    package var incomingIdleMilliseconds: UInt64 = 600_000
    /// Pieces that fail their check in a row, before the state is given up.
    package var badPiecesMax = 10

    package init() {}
}
