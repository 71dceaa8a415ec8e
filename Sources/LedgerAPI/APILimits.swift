/// Limits on the messages of clients, beyond those of the ledger on what is in them.
package enum APILimits {
    /// Commands in one message of a Session or a Batch.
    package static let commandsPerMessageMax = 16_384
    /// SKUs in one question about availability.
    package static let skusPerReadMax = 100
    /// Bytes of all payloads in one submission of facts.
    package static let factBytesPerSubmissionMax = 1 << 20
}
