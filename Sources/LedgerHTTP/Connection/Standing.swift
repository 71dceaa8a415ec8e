/// What a connection may ask for, by how many there were when it came.
enum Standing: Equatable {
    /// Anything.
    case served
    /// One beyond those: the node's health, and nothing else, once. Whoever restarts nodes that don't
    /// answer must get an answer while strangers hold all the places.
    case spare
    /// Nothing: it is told so.
    case turnedAway

    init(connections: Int, _ limits: HTTPLimits) {
        if connections <= limits.connectionsMax {
            self = .served
        } else if connections <= limits.connectionsMax + limits.spareConnectionsMax {
            self = .spare
        } else {
            self = .turnedAway
        }
    }
}
