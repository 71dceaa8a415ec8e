import Hummingbird

/// Turns away what pages of other origins have a browser send here.
///
/// Whatever stands in front of the node may speak TLS, so hosts are compared and schemes aren't. Programs that
/// aren't browsers send no such headers, and hold no customer's secrets that could be misused.
enum SameOrigin {
    /// Throws unless `Origin` and `Sec-Fetch-Site` are absent or speak of this host.
    static func check(_ headers: HTTPFields, authority: String?) throws(Problem) {
        if let site = field("sec-fetch-site", headers), site != "same-origin", site != "none" {
            throw Problem(.crossOrigin)
        }
        guard let origin = field("origin", headers) else { return }
        let parts = origin.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "http:" || parts[0] == "https:", parts[1].isEmpty,
            let authority, parts[2] == authority.lowercased()
        else { throw Problem(.crossOrigin) }
    }

    private static func field(_ name: String, _ headers: HTTPFields) -> String? {
        HTTPFields.Element.Name(name).flatMap { headers[$0] }
    }
}
