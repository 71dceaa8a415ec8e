/// Bounds on what a CSV file may hold, so that reading one takes the same memory whatever is in it.
struct CSVLimits: Sendable {
    /// Bytes of one record with its quotes and line ends.
    var recordBytesMax = 1_024 * 1_024
    /// Bytes of one field, unquoted.
    var fieldBytesMax = 64 * 1_024
    /// Fields of one record.
    var fieldsMax = 256
    /// Bytes that are read from the file at once.
    var chunkBytes = 256 * 1_024
}
