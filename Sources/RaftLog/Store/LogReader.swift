package import Raft

/// Reads entries out of a log, from any thread, while another one appends to it.
///
/// It sees what was written, durable or not yet. The index is locked only to look up places; the
/// files are read outside of the lock, and checksums are verified.
package final class LogReader: Sendable {
    private let index: SharedIndex
    private let salt: LogSalt

    init(index: SharedIndex, salt: LogSalt) {
        self.index = index
        self.salt = salt
    }

    /// The position after which the log begins: zero, a compaction's or a snapshot's.
    package var base: LogPosition { index.withLock { $0.terms.base } }

    /// The first index; one more than the last if the log is empty.
    package var firstIndex: LogIndex { index.withLock { $0.firstIndex } }

    /// The last index; the base's if the log is empty.
    package var lastIndex: LogIndex { index.withLock { $0.terms.last } }

    /// The term of an entry or of the base; `nil` outside the log.
    package func term(at position: LogIndex) -> Term? {
        index.withLock { $0.terms.term(at: position) }
    }

    /// The terms of all entries, in the shape that the core restores from.
    package var termRuns: [TermRun] { index.withLock { $0.terms.runs } }

    /// How many segment files the log has.
    package var segmentCount: Int { index.withLock { $0.segments.count } }

    /// The log's segment files, oldest first, with what they take on the disk.
    package func extents() throws(LogError) -> [LogExtent] {
        let segments = index.withLock { $0.segments }
        var extents: [LogExtent] = []
        do {
            for segment in segments {
                extents.append(
                    LogExtent(endIndex: segment.endIndex, byteCount: try segment.file.size())
                )
            }
        } catch {
            throw LogError(error)
        }
        return extents
    }

    /// The entries from one index to another, as far as the log has them and they fit.
    ///
    /// - Parameters:
    ///   - first: The first index wanted.
    ///   - last: The last index wanted; beyond the log's end it means the end.
    ///   - payloadBytesMax: Stops before the payloads exceed this, but gives one entry at least.
    /// - Returns: The entries in order; none if `first` is beyond the log's end.
    /// - Throws: ``LogError/compacted(first:)`` if `first` is gone, ``LogError/damaged(_:)`` if what
    ///   was read is not what was written, ``LogError/disk(_:)``.
    package func entries(
        from first: LogIndex,
        through last: LogIndex,
        payloadBytesMax: Int
    ) throws(LogError) -> [Entry] {
        let (start, stretches) = index.withLock { index in
            let stretches =
                first < index.firstIndex
                ? []
                : index.stretches(
                    from: first,
                    through: Swift.min(last, index.terms.last),
                    payloadBytesMax: payloadBytesMax
                )
            return (index.firstIndex, stretches)
        }
        guard first >= start else { throw .compacted(first: start) }
        var entries: [Entry] = []
        entries.reserveCapacity(stretches.reduce(0) { $0 + $1.places.count })
        for stretch in stretches { try read(stretch, into: &entries) }
        return entries
    }

    private func read(
        _ stretch: OffsetIndex.Stretch,
        into entries: inout [Entry]
    ) throws(LogError) {
        let range = stretch.range
        let bytes: [UInt8]
        do {
            bytes = try stretch.file.read(at: range.lowerBound, count: range.count)
        } catch {
            throw LogError(error)
        }
        var index = stretch.firstIndex
        for place in stretch.places {
            let start = place.range.lowerBound - range.lowerBound
            let entry = EntryRecord.decodeEntry(
                bytes,
                start..<start + place.range.count,
                salt: salt
            )
            guard let entry, entry.index == index else {
                throw .damaged(
                    LogDamage(
                        file: stretch.file.path,
                        offset: place.range.lowerBound,
                        detail: "the record of entry \(index) fails its check"
                    )
                )
            }
            entries.append(entry)
            index = index.next
        }
    }
}

/// A segment file as far as compaction is concerned.
package struct LogExtent: Hashable, Sendable {
    /// One more than the last index in it.
    package var endIndex: LogIndex
    /// What it takes on the disk.
    package var byteCount: Int

    /// An extent made of its parts.
    package init(endIndex: LogIndex, byteCount: Int) {
        self.endIndex = endIndex
        self.byteCount = byteCount
    }
}
