import Raft
import RaftTransport

extension AdminRequest {
    /// Whether a text is `HOST:PORT` with a port that can be dialled, and no longer than the log takes.
    package static func isPeerAddress(_ text: String) -> Bool {
        guard text.utf8.count <= MemberAddress.byteCountMax, let address = PeerAddress(text) else {
            return false
        }
        return address.port > 0
    }
}
