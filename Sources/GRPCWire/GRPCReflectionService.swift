package import NIOCore

/// Server reflection, v1 and v1alpha, from the descriptors that `protoc --descriptor_set_out --include_imports` writes.
///
/// Both versions have the same messages, and those are few, so they are written by hand.
package struct GRPCReflectionService: Sendable {
    /// The bytes aren't a `FileDescriptorSet`.
    package struct MalformedDescriptors: Error {}

    private static let serviceNames = [
        "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
    ]

    private let index: DescriptorIndex

    /// A service that knows the files of a serialized `google.protobuf.FileDescriptorSet`.
    package init(fileDescriptorSet: ByteBuffer) throws(MalformedDescriptors) {
        do {
            index = try DescriptorIndex(fileDescriptorSet: fileDescriptorSet)
        } catch {
            throw MalformedDescriptors()
        }
    }

    /// Adds the service to a router that has all its other services already: it lists what it finds there, and itself.
    package func register(in router: inout GRPCRouter) {
        let listed = Set(router.serviceNames + Self.serviceNames).sorted()
        for service in Self.serviceNames {
            router.streaming("/\(service)/ServerReflectionInfo") { [self] call in
                call.onEvent = { [unowned call] event in
                    switch event {
                    case .message(let request):
                        guard let answer = answer(to: request, listing: listed) else {
                            call.fail(
                                GRPCStatus(.invalidArgument, "malformed ServerReflectionRequest")
                            )
                            return
                        }
                        call.send(answer)
                        if !call.isWritable { call.pauseReading() }
                    case .writable: call.resumeReading()
                    case .requestsEnded, .draining: call.finish()
                    case .cancelled: break
                    }
                }
            }
        }
    }

    /// The serialized `ServerReflectionResponse`, or nil if the request isn't one.
    private func answer(to request: ByteBuffer, listing services: [String]) -> ByteBuffer? {
        var host: ByteBuffer?
        var question: (field: UInt64, text: String)?
        var reader = ProtobufReader(request)
        do throws(ProtobufReader.Malformed) {
            while let field = try reader.next() {
                guard case .bytes(let bytes) = field.value else { continue }
                if field.number == 1 {
                    host = bytes
                } else {
                    question = (field.number, String(buffer: bytes))
                }
            }
        } catch {
            return nil
        }
        var writer = ProtobufWriter()
        // valid_host, original_request
        if let host { writer.write(host, field: 1) }
        writer.write(request, field: 2)
        switch question {
        case (3, let name)?:
            writeFiles(index.files(named: name), otherwise: "no file \(name)", to: &writer)
        case (4, let symbol)?:
            writeFiles(index.files(defining: symbol), otherwise: "no symbol \(symbol)", to: &writer)
        case (7, _)?:
            writeServices(services, to: &writer)
        default:
            writeError(.unimplemented, "extensions are not supported", to: &writer)
        }
        return writer.buffer
    }

    private func writeFiles(
        _ files: [ByteBuffer]?,
        otherwise message: String,
        to writer: inout ProtobufWriter
    ) {
        guard let files else {
            writeError(.notFound, message, to: &writer)
            return
        }
        var response = ProtobufWriter()
        for file in files { response.write(file, field: 1) }
        // file_descriptor_response
        writer.write(response.buffer, field: 4)
    }

    private func writeServices(_ services: [String], to writer: inout ProtobufWriter) {
        var response = ProtobufWriter()
        for service in services {
            var entry = ProtobufWriter()
            entry.write(service, field: 1)
            response.write(entry.buffer, field: 1)
        }
        // list_services_response
        writer.write(response.buffer, field: 6)
    }

    private func writeError(
        _ code: GRPCStatusCode,
        _ message: String,
        to writer: inout ProtobufWriter
    ) {
        var response = ProtobufWriter()
        response.write(UInt64(code.rawValue), field: 1)
        response.write(message, field: 2)
        // error_response
        writer.write(response.buffer, field: 7)
    }
}
