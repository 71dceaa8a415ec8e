/// The canonical status codes of gRPC, with their numbers on the wire.
package enum GRPCStatusCode: Int, Sendable, CaseIterable {
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16
}

/// How a call ended: a code, a sentence for people and, for programs, details.
package struct GRPCStatus: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of end it is.
    package var code: GRPCStatusCode
    /// A sentence for a person, in any script; it travels percent-encoded and cut at `messageBytesMax`.
    package var message: String
    /// A serialized `google.rpc.Status`, or empty.
    ///
    /// It travels as `grpc-status-details-bin` if it has at most `detailsBytesMax`.
    package var details: [UInt8]

    /// Clients take 8 KiB of headers by default (grpcio), so message and details together stay well below.
    package static let messageBytesMax = 1_024
    /// The most bytes of details that travel; more are left out rather than cut, since half a message is none.
    package static let detailsBytesMax = 4_096

    /// A status of these parts.
    package init(_ code: GRPCStatusCode, _ message: String = "", details: [UInt8] = []) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// The call did what it was asked.
    package static let ok = GRPCStatus(.ok)

    package var description: String {
        message.isEmpty ? "\(code)" : "\(code): \(message)"
    }
}
