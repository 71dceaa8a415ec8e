/// A place in the replicated log (its Raft index); 0 is before the first entry.
public struct Position: Hashable, Comparable, Sendable {
    /// The number itself.
    public let rawValue: UInt64
    /// Gives the number its meaning.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The ledger's own time: microseconds since the Unix epoch, strictly rising from entry to entry.
///
/// Only leaders stamp it; clocks of followers and stores decide nothing.
public struct LogTime: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public let microseconds: UInt64
    /// Gives the number its meaning.
    public init(microseconds: UInt64) { self.microseconds = microseconds }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }

    /// This time less a duration, not before the epoch.
    public func earlier(by duration: Milliseconds) -> LogTime {
        let (product, overflow) = duration.rawValue.multipliedReportingOverflow(by: 1_000)
        return LogTime(
            microseconds: overflow || product > microseconds ? 0 : microseconds - product
        )
    }

    /// This time plus a duration, saturating.
    public func advanced(by duration: Milliseconds) -> LogTime {
        let (product, overflow) = duration.rawValue.multipliedReportingOverflow(by: 1_000)
        let (sum, carried) = microseconds.addingReportingOverflow(product)
        return LogTime(microseconds: overflow || carried ? .max : sum)
    }
}

/// A duration in milliseconds.
public struct Milliseconds: Hashable, Comparable, Sendable {
    /// The number itself.
    public let rawValue: UInt64
    /// Gives the number its meaning.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// How many units; what a client may ask for is 1…1 000 000 000.
public typealias Quantity = Int64

/// Limits on everything that a client may send.
public enum LedgerLimits {
    /// The greatest quantity in one line, and the greatest absolute adjustment.
    public static let quantityMax: Quantity = 1_000_000_000
    /// The greatest absolute value of a bucket.
    public static let bucketMax: Quantity = 1_000_000_000_000_000
    /// Lines in one command.
    public static let linesMax = 1_000
    /// UTF-8 bytes of a title or a location's name.
    public static let titleBytesMax = 512
    /// Attributes of an item.
    public static let attributesMax = 64
    /// UTF-8 bytes of an attribute's name.
    public static let attributeNameBytesMax = 64
    /// UTF-8 bytes of an attribute's value.
    public static let attributeValueBytesMax = 1_024
    /// The shortest time a hold can be asked for.
    public static let ttlMin = Milliseconds(1)
    /// The longest time a hold can be asked for at once: a day.
    public static let ttlMax = Milliseconds(86_400_000)
    /// A hold can be extended to at most this long after its creation: a week.
    public static let lifetimeMax = Milliseconds(604_800_000)
    /// Open holds of one owner.
    public static let openHoldsPerOwnerMax = 100_000
    /// Holds that expire with one entry; the rest expire with the next.
    public static let expiriesPerEntryMax = 256
    /// The greatest price in minor units.
    public static let priceMax: Int64 = 1_000_000_000_000
    /// Field violations that one answer lists.
    public static let violationsMax = 32
    /// Items in the catalogue.
    public static let itemsMax: UInt32 = 100_000_000
    /// Locations; far below 2³¹, so that a level's key is positive as a signed integer.
    public static let locationsMax: UInt32 = 1_000_000
    /// Locations that the ledger looks at to place one line, by priority; more may exist.
    public static let placementLocationsMax = 1_000
    /// Lines of a command, or of a whole batch, that the ledger is to place.
    public static let placementLinesMax = 100
    /// Levels that one command looks at to place its lines; with many lines fewer locations are tried.
    public static let placementLevelsMax = 10_000
    /// Facts in one submission.
    public static let factsMax = 256
    /// Bytes of a fact's payload.
    public static let factBytesMax = 65_536
    /// Lines of a fact.
    public static let factLinesMax = 200
    /// The last facts of a store whose links are kept: what an agent may send again.
    public static let factsKept: UInt64 = 8_192
    /// Promises at risk that a conflict names.
    public static let promisesNamedMax = 16
    /// Holds that one fact can have released.
    public static let curedHoldsMax = 256
    /// Rows of the journal that are looked at to find the promises of a level.
    public static let promiseRowsMax = 4_096
    /// The last epoch of a store.
    public static let epochMax: UInt32 = 1_000_000_000
    /// Commands in a batch.
    public static let batchCommandsMax = 100
    /// Answers are kept for this long, by log time: a day.
    public static let answerRetention = Milliseconds(86_400_000)
    /// Answers that are forgotten with one entry.
    public static let answersForgottenPerEntryMax = 64
    /// The latest time that a leader can stamp: the end of the year 9999.
    public static let stampMax = LogTime(microseconds: 253_402_300_799_999_999)
}
