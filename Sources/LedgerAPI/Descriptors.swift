import Foundation
package import SwiftProtobuf

/// The descriptors of all services, for server reflection.
package enum Descriptors {
    /// Every file with those that it imports, imports first.
    package static let files: [Google_Protobuf_FileDescriptorProto] = {
        guard
            let bytes = Data(
                base64Encoded: EncodedDescriptors.base64,
                options: .ignoreUnknownCharacters
            ),
            let set = try? Google_Protobuf_FileDescriptorSet(serializedBytes: bytes)
        else { preconditionFailure("the script that makes the descriptors writes valid ones") }
        return set.file
    }()
}
