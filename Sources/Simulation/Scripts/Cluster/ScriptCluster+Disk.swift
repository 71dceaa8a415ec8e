import Raft

extension ScriptCluster {
    /// Does one of the commands for disks, state machines and lives.
    mutating func performOnDisk(_ step: ScriptStep) throws(ScriptFault) {
        switch step {
        case .mode(let mode, let isManual, let nodes):
            for place in try places(nodes) { set(mode, isManual: isManual, place) }
        case .persist(let nodes, let limit):
            for place in try places(nodes) { move(place) { $0.persist(limit, &$1) } }
        case .persistFail(let nodes):
            for place in try places(nodes) { move(place) { $0.failPersist(&$1) } }
        case .apply(let nodes, let index):
            for place in try places(nodes) { move(place) { $0.apply(index, &$1) } }
        case .crash(let nodes):
            for place in try places(nodes) { crash(place) }
        case .restart(let nodes, let index):
            for place in try places(nodes) { try restart(place, applied: index) }
        case .compact(let nodes, let index):
            for place in try places(nodes) { move(place) { $0.compact(through: index, &$1) } }
        default:
            throw ScriptFault("no command of the disk")
        }
    }

    /// What works by itself again first does what has waited.
    private mutating func set(_ mode: ScriptMode, isManual: Bool, _ place: Int) {
        move(place) { node, report in
            switch mode {
            case .persist:
                node.isPersistManual = isManual
                if !isManual { node.persist(.max, &report) }
            case .apply:
                node.isApplyManual = isManual
                if !isManual { node.apply(nil, &report) }
            }
        }
    }
}
