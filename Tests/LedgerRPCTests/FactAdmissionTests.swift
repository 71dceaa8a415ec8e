import Ledger
import NIOCore
import TestSupport
import Testing

@testable import LedgerRPC

/// Whose facts are let in, and when.
@Suite struct `Admission of facts` {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private static func limits(
        _ change: (inout FactAdmissionLimits) -> Void = { _ in }
    ) -> FactAdmissionLimits {
        var limits = FactAdmissionLimits()
        limits.bytesUnderWayMax = 100
        limits.bytesPerStoreMax = 60
        limits.submissionsPerStoreMax = 2
        limits.waitingPerStoreMax = 4
        limits.waitingMax = 20
        limits.waitingBytesMax = 1_000
        change(&limits)
        return limits
    }

    /// An admission with a diary of who was started and refused.
    private struct Scene {
        var admission: FactAdmission<String>
        var started: [String] = []
        var refused: [String] = []

        init(_ limits: FactAdmissionLimits = limits()) { admission = FactAdmission(limits: limits) }

        mutating func arrive(
            _ name: String,
            bytes: Int = 30,
            after wait: TimeAmount = .seconds(2)
        ) {
            let verdict = admission.arrive(
                from: store(name),
                bytes: bytes,
                until: start + wait,
                name
            )
            switch verdict {
            case .start(let name): started.append(name)
            case .refuse(let name): refused.append(name)
            case .wait: break
            }
        }

        mutating func finish(_ name: String, bytes: Int = 30) {
            started += admission.finish(from: store(name), bytes: bytes)
        }

        mutating func expire(after wait: TimeAmount) {
            let (refused, started) = admission.expire(at: start + wait)
            self.refused += refused
            self.started += started
        }

        /// `a2` is the second submission of store a.
        private func store(_ name: String) -> LocationID {
            LocationID(unchecked: String(name.prefix(1)))
        }
    }

    @Test func `alone, a store has as much under way as one may have`() {
        var scene = Scene()
        for name in ["a1", "a2", "a3", "a4"] { scene.arrive(name) }
        #expect(scene.started == ["a1", "a2"])
        #expect(scene.admission.bytesUnderWay == 60)
        scene.finish("a1")
        #expect(scene.started == ["a1", "a2", "a3"])
        scene.finish("a2")
        scene.finish("a3")
        #expect(scene.started == ["a1", "a2", "a3", "a4"])
        scene.finish("a4")
        #expect(scene.admission.storeCount == 0)
        #expect(scene.admission.bytesUnderWay == 0)
    }

    @Test func `stores that wait take turns, whoever has sent how much`() {
        var scene = Scene()
        for name in ["a1", "a2", "a3", "a4", "a5"] { scene.arrive(name) }
        for name in ["b1", "b2", "b3"] { scene.arrive(name) }
        for name in ["c1", "c2"] { scene.arrive(name) }
        scene.arrive("d1")
        #expect(scene.started == ["a1", "a2", "b1"])
        // What ends is followed by whoever has waited longest for a turn.
        for name in ["a1", "a2", "b1", "b2", "c1", "a3", "d1", "c2", "b3", "a4", "a5"] {
            scene.finish(name)
        }
        #expect(
            scene.started == [
                "a1", "a2", "b1", "b2", "c1", "d1", "a3", "c2", "b3", "a4", "a5",
            ]
        )
        #expect(scene.admission.storeCount == 0)
        #expect(scene.admission.waitingBytes == 0)
    }

    @Test func `a store that only waits for itself is in nobody's way`() {
        var scene = Scene()
        for name in ["a1", "a2", "a3", "b1"] { scene.arrive(name) }
        #expect(scene.started == ["a1", "a2", "b1"])
        #expect(scene.admission.waitingCount == 1)
    }

    @Test func `a newcomer doesn't overtake those that wait`() {
        var scene = Scene()
        scene.arrive("a1", bytes: 60)
        scene.arrive("b1", bytes: 60)
        scene.arrive("c1", bytes: 10)
        #expect(scene.started == ["a1"])
        scene.finish("a1", bytes: 60)
        #expect(scene.started == ["a1", "b1", "c1"])
    }

    @Test func `what is longer than the limits is let in alone`() {
        var scene = Scene()
        scene.arrive("a1", bytes: 500)
        #expect(scene.started == ["a1"])
        scene.arrive("b1", bytes: 1)
        scene.arrive("c1", bytes: 500)
        scene.finish("a1", bytes: 500)
        #expect(scene.started == ["a1", "b1"])
        scene.finish("b1", bytes: 1)
        #expect(scene.started == ["a1", "b1", "c1"])
    }

    @Test func `what is too much is refused at once`() {
        var scene = Scene()
        for number in 1...7 { scene.arrive("a\(number)") }
        #expect(scene.refused == ["a7"])
        scene = Scene(Self.limits { $0.waitingBytesMax = 50 })
        for name in ["a1", "a2", "a3", "b1", "b2"] { scene.arrive(name) }
        #expect(scene.started == ["a1", "a2", "b1"])
        #expect(scene.refused == ["b2"])
        scene = Scene(Self.limits { $0.waitingMax = 1 })
        for name in ["a1", "a2", "b1", "c1", "d1"] { scene.arrive(name) }
        #expect(scene.refused == ["d1"])
    }

    @Test func `what has waited too long is refused, with what the store sent after it`() {
        var scene = Scene()
        scene.arrive("a1", bytes: 60)
        scene.arrive("a2", after: .seconds(5))
        scene.arrive("a3", after: .seconds(1))
        scene.arrive("a4", after: .seconds(5))
        scene.arrive("b1", bytes: 50, after: .seconds(1))
        scene.arrive("c1", bytes: 40, after: .seconds(5))
        #expect(scene.started == ["a1"])
        scene.expire(after: .milliseconds(999))
        #expect(scene.refused.isEmpty)
        scene.expire(after: .seconds(1))
        #expect(scene.refused == ["a3", "a4", "b1"])
        // The room for which b had waited is c's now.
        #expect(scene.started == ["a1", "c1"])
        scene.finish("a1", bytes: 60)
        #expect(scene.started == ["a1", "c1", "a2"])
        scene.finish("c1", bytes: 40)
        scene.finish("a2")
        #expect(scene.admission.storeCount == 0)
        #expect(scene.admission.waitingCount == 0)
    }

    @Test func `who is refused comes again at a time of its own`() {
        var random = SystemRandomNumberGenerator()
        let admission = FactAdmission<String>(limits: FactAdmissionLimits())
        let delays = (0..<200).map { _ in admission.retryDelay(using: &random).rawValue }
        #expect(delays.allSatisfy { (250...500).contains($0) })
        #expect(Set(delays).count > 20)
    }

    @Test(arguments: 0..<20)
    func `whatever comes, the limits hold and nothing is lost`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var scene = Scene()
        var bytes: [String: Int] = [:]
        var open: [String] = []
        var seen = 0
        for step in 0..<2_000 {
            let now = TimeAmount.milliseconds(Int64(step))
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let name = ["a", "b", "c", "d"][Int.random(in: 0..<4, using: &random)] + "\(step)"
                bytes[name] = Int.random(in: 1...70, using: &random)
                scene.arrive(name, bytes: bytes[name] ?? 0, after: now + .milliseconds(50))
            case 5..<9:
                guard let name = open.randomElement(using: &random) else { break }
                open.removeAll { $0 == name }
                scene.finish(name, bytes: bytes[name] ?? 0)
            default: scene.expire(after: now)
            }
            open += scene.started[seen...]
            seen = scene.started.count
            let sum = open.reduce(0) { $0 + (bytes[$1] ?? 0) }
            #expect(scene.admission.bytesUnderWay == sum)
            #expect(sum <= 100 || open.count == 1)
        }
        while let name = open.popLast() {
            scene.finish(name, bytes: bytes[name] ?? 0)
            open += scene.started[seen...]
            seen = scene.started.count
        }
        #expect(Set(scene.started + scene.refused) == Set(bytes.keys))
        #expect(scene.started.count + scene.refused.count == bytes.count)
        #expect(scene.admission.storeCount == 0)
        // Each store in its order.
        for store in ["a", "b", "c", "d"] {
            let order = scene.started.filter { $0.hasPrefix(store) }.compactMap {
                Int($0.dropFirst())
            }
            #expect(order == order.sorted())
        }
    }
}
