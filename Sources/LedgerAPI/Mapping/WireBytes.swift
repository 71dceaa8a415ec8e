package import SwiftProtobuf

extension Message {
    /// The message in protobuf's binary format.
    package var wireBytes: [UInt8] {
        do {
            return try serializedBytes()
        } catch {
            // Only a missing proto2 `required` field or 2 GiB of content make it fail; there are no
            // such fields here, and every list has a limit.
            preconditionFailure("a proto3 message of bounded size always serializes: \(error)")
        }
    }
}
