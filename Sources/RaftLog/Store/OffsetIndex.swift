import Raft

/// Where each entry of the log is on disk: eight bytes an entry.
///
/// Invariant: the segments rise in number; each one's entries follow those of the one before, so
/// that `firstIndex + entries.count` is the next one's `firstIndex`. A segment may have none left.
struct OffsetIndex: Sendable {
    /// Where in its segment an entry's record is.
    struct Place: Hashable, Sendable {
        var offset: UInt32
        var byteCount: UInt32

        var range: Range<Int> { Int(offset)..<Int(offset) + Int(byteCount) }
        var payloadBytes: Int { Int(byteCount) - EntryRecord.headerBytes }
    }

    /// The entries of one segment that are part of the log.
    struct Segment: Sendable {
        let number: UInt64
        let file: any LogFile
        var firstIndex: LogIndex
        var places: [Place] = []

        var endIndex: LogIndex { firstIndex.advanced(by: places.count) }
    }

    /// The terms of the same entries.
    private(set) var terms: LogTerms
    /// The segments on disk, oldest first.
    private(set) var segments: [Segment] = []

    init(terms: LogTerms) { self.terms = terms }

    /// The index of the first entry; one more than the last if there is none.
    var firstIndex: LogIndex { terms.base.index.next }

    /// Takes note of a segment that begins after the last entry.
    mutating func beginSegment(_ number: UInt64, file: any LogFile) {
        segments.append(Segment(number: number, file: file, firstIndex: terms.last.next))
    }

    /// Takes note of the next entry, in the newest segment.
    mutating func append(_ term: Term, at place: Place) {
        terms.append(term)
        segments[segments.count - 1].places.append(place)
    }

    /// Drops all entries from `index` on.
    mutating func truncate(from index: LogIndex) {
        terms.truncate(from: index)
        for position in segments.indices.reversed() {
            let surplus = index.distance(to: segments[position].endIndex)
            guard surplus > 0 else { break }
            let count = segments[position].places.count
            segments[position].places.removeLast(Swift.min(surplus, count))
            // Later segments begin where the log ends now, however empty they became.
            segments[position].firstIndex = Swift.min(segments[position].firstIndex, index)
        }
    }

    /// Lets the log begin after `base` and forgets the segments below `oldestSegment`.
    mutating func compact(to base: LogPosition, oldestSegment: UInt64) {
        terms.compact(to: base)
        segments.removeFirst(segments.firstPosition { $0.number >= oldestSegment })
    }

    /// Lets an empty log begin after `base`, in the newest segment.
    mutating func reset(to base: LogPosition) {
        terms.reset(to: base)
        segments.removeFirst(Swift.max(0, segments.count - 1))
        for position in segments.indices {
            segments[position].firstIndex = base.index.next
            segments[position].places = []
        }
    }

    /// Whether every entry after the base has its place.
    var isComplete: Bool {
        segments.first?.firstIndex == firstIndex && segments.last?.endIndex == terms.last.next
    }
}

extension OffsetIndex {
    /// What compaction up to an index would leave: the new base and the oldest segment needed.
    ///
    /// Whole segments only, and never the newest. `nil` if nothing can go.
    func compaction(through index: LogIndex) -> (base: LogPosition, oldestSegment: UInt64)? {
        let isKept = { (segment: Segment) in segment.endIndex > index.next }
        let droppable = segments.dropLast().prefix { !isKept($0) }
        guard let newest = droppable.last else { return nil }
        let lastDropped = newest.endIndex.previous
        guard let term = terms.term(at: lastDropped) else { return nil }
        let base = LogPosition(index: lastDropped, term: term)
        return (base, segments[droppable.endIndex].number)
    }

    /// A stretch of a segment to be read at once, with the entries to be taken out of it.
    struct Stretch: Sendable {
        let segment: UInt64
        let file: any LogFile
        let firstIndex: LogIndex
        var places: ArraySlice<Place>

        /// From the first entry's record to the last one's.
        var range: Range<Int> {
            guard let first = places.first, let last = places.last else { return 0..<0 }
            return first.range.lowerBound..<last.range.upperBound
        }
    }

    /// The stretches that hold the entries from `first` to `last`, as far as their payloads fit.
    ///
    /// At least one entry if there is one.
    func stretches(
        from first: LogIndex,
        through last: LogIndex,
        payloadBytesMax: Int
    ) -> [Stretch] {
        var result: [Stretch] = []
        var room = payloadBytesMax
        var index = first
        var position = Swift.max(0, segments.firstPosition { $0.firstIndex > first } - 1)
        while position < segments.count, index <= last {
            let segment = segments[position]
            let start = segment.firstIndex.distance(to: index)
            let wanted = Swift.min(segment.places.count, segment.firstIndex.distance(to: last) + 1)
            var end = start
            var isFull = false
            while end < wanted {
                let payloadBytes = segment.places[end].payloadBytes
                isFull = payloadBytes > room && index > first
                if isFull { break }
                room -= payloadBytes
                end += 1
                index = index.next
                let isFar = end < wanted && segment.places[end].isFar(from: segment.places[end - 1])
                if isFar { break }
            }
            if end > start {
                result.append(
                    Stretch(
                        segment: segment.number,
                        file: segment.file,
                        firstIndex: segment.firstIndex.advanced(by: start),
                        places: segment.places[start..<end]
                    )
                )
            }
            if isFull { break }
            if end == wanted { position += 1 }
        }
        return result
    }
}

extension OffsetIndex.Place {
    /// Whether so much lies between two entries (others, truncated since) that reading through it
    /// costs more than a second read.
    fileprivate func isFar(from previous: Self) -> Bool {
        range.lowerBound - previous.range.upperBound > 4096
    }
}
