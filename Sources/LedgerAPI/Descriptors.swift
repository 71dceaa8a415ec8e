import Foundation

/// The descriptors of all services, for server reflection.
package enum Descriptors {
    /// A serialized `google.protobuf.FileDescriptorSet`: every file after those that it imports.
    package static let fileDescriptorSet: [UInt8] = {
        guard
            let bytes = Data(
                base64Encoded: EncodedDescriptors.base64,
                options: .ignoreUnknownCharacters
            )
        else { preconditionFailure("the script that makes the descriptors writes base64") }
        return [UInt8](bytes)
    }()
}
