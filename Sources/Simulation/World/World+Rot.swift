import RaftLog
import Replica

/// Bits that turn over on a disk, in what had been written and synced.
extension World {
    /// Damages a log, as long as a majority of logs stays sound: what is lost elsewhere can't be
    /// brought back by any program.
    func rot() {
        let sound = nodes.filter { $0.phase != .lost && !$0.isRotten && mayLose($0) }
        guard !sound.isEmpty else { return }
        let node = faults.chance.pick(sound)
        guard damage(node) else { return }
        trace.add(now, nil, .fault(.bitRot, [node.slot]))
        fingerprint.add(node.slot)
        node.isRotten = true
        statistics.bitFlips += 1
    }

    /// Flips a bit where something was written.
    ///
    /// The newest segment is spared unless the proof of what was synced is sure to be there: a power
    /// cut may take that proof back, and then a damaged last write looks like one that was torn.
    private func damage(_ node: SimulatedNode) -> Bool {
        let isProven = node.phase == .down && !node.hasLostPower
        let image = node.disk.image()
        let segments = image.keys.filter { $0.hasSuffix(".segment") }.sorted()
        let log = image.keys.filter { $0.hasPrefix(node.directory.log + "/") }.sorted()
        let paths = isProven ? log : segments.dropLast()
        guard !paths.isEmpty else { return false }
        let path = faults.chance.pick(paths)
        guard let bytes = image[path], let end = bytes.lastIndex(where: { $0 != 0 }) else {
            return false
        }
        let offset = faults.chance.below(end + 1)
        node.disk.corrupt(path, at: offset, flipping: 1 << UInt8(faults.chance.below(8)))
        return true
    }
}
