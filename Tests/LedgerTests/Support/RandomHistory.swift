import Ledger

/// A ledger after a number of random requests; the same for the same seed.
struct RandomHistory {
    var scene = Scene()

    init(seed: UInt64, steps: Int) {
        for command in CommandGenerator.opening { scene.send(command) }
        var generator = CommandGenerator(seed: seed)
        for _ in 0..<steps {
            scene.clock = UInt64(Int64(scene.clock) + generator.clockStep())
            _ = scene.send(generator.request())
        }
    }
}
