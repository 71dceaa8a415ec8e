import Ledger
import Testing

/// The ledger chooses where lines that name no location are taken from.
@Suite struct PlacementTests {
    static let east = LocationID(unchecked: "east")

    /// Ten apples in the north and five in the south, three pears in the south and one in the east;
    /// the south comes first, then the east.
    private func stocked() -> Scene {
        var scene = Scene.stocked()
        scene.run(
            .site(.south, priority: 1),
            .site(Self.east, priority: 100),
            .receive(.line(5, at: .south), .line(3, .pear, at: .south)),
            .receive(.line(1, .pear, at: Self.east))
        )
        return scene
    }

    private func lines(_ id: ReservationID, _ scene: Scene) throws -> [String] {
        try scene.reservation(id).lines.map { "\($0.requested) \($0.sku) \($0.location)" }
    }

    @Test func `the first location that has all of it`() throws {
        var scene = stocked()
        scene.run(.place(.first, .of(2), .of(1, .pear), .of(1)))
        #expect(try lines(.first, scene) == ["3 apple south", "1 pear south"])
        scene.run(.place(.second, .of(6)))
        #expect(try lines(.second, scene) == ["6 apple north"])
        #expect(scene.level().reserved == 6)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `equal priorities go by name`() throws {
        var scene = stocked()
        scene.run(.receive(.line(9, at: Self.east)), .place(.first, .of(6)))
        #expect(try lines(.first, scene) == ["6 apple east"])
    }

    @Test func `units across locations`() throws {
        var scene = stocked()
        scene.run(.place(.first, .of(12), .of(4, .pear), placement: .split))
        let expected = ["5 apple south", "7 apple north", "3 pear south", "1 pear east"]
        #expect(try lines(.first, scene) == expected)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `what is there goes before what may be owed, at whatever location`() throws {
        var scene = stocked()
        scene.run(.policy(at: .south, backorders: 100))
        scene.run(.place(.first, .of(6)))
        #expect(try lines(.first, scene) == ["6 apple north"])
        scene.run(.place(.second, .of(11), placement: .split))
        #expect(try lines(.second, scene) == ["7 apple south", "4 apple north"])
        scene.run(.place(.third, .of(50)))
        #expect(try lines(.third, scene) == ["50 apple south"])
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `safety stock is kept back`() throws {
        var scene = stocked()
        scene.run(.policy(at: .south, safety: 2))
        scene.run(.place(.first, .of(4)))
        #expect(try lines(.first, scene) == ["4 apple north"])
        scene.run(.place(.second, .of(3)))
        #expect(try lines(.second, scene) == ["3 apple south"])
        scene.run(.reserve(.third, .line(2, at: .south)))
    }

    @Test func `a named line keeps safety stock back only for the digital channel`() {
        var scene = stocked()
        scene.run(.policy(at: .south, safety: 2, backorders: 1))
        let online = scene.send(.place(.first, named: [.line(5, at: .south)], online: true))
        #expect(
            online.outcome
                == .refused(
                    .insufficientStock([shortage(at: .south, asked: 5, available: 3)])
                )
        )
        scene.run(.place(.second, named: [.line(4, at: .south)], online: true))
        scene.run(.reserve(.third, .line(2, at: .south)))
    }

    @Test func `a location that doesn't sell online has nothing for the digital channel alone`() {
        var scene = stocked()
        scene.run(.site(.south, priority: 1, online: false))
        let online = scene.send(.place(.first, named: [.line(1, at: .south)], online: true))
        #expect(
            online.outcome
                == .refused(.insufficientStock([shortage(at: .south, asked: 1, available: 0)]))
        )
        #expect(scene.level(at: .south).reserved == 0)
        scene.run(.reserve(.second, .line(1, at: .south)))
        scene.run(.site(.south, priority: 1, online: true))
        scene.run(.place(.third, named: [.line(1, at: .south)], online: true))
        #expect(scene.level(at: .south).reserved == 2)
    }

    @Test func `placed units join the named line of the same level`() throws {
        var scene = stocked()
        scene.run(
            .place(
                .first,
                .of(6),
                placement: .split,
                named: [.line(1, .pear, at: .south), .line(2, at: .south)]
            )
        )
        let expected = ["1 pear south", "5 apple south", "3 apple north"]
        #expect(try lines(.first, scene) == expected)
        #expect(scene.level(at: .south).reserved == 5)
        #expect(scene.level(at: .south).version == 2)
        #expect(LedgerAudit.check(scene.state) == [])
    }

    @Test func `nobody is blocked by a hold of their own, wherever it was placed`() throws {
        var scene = stocked()
        scene.run(.place(.first, .of(5)), .place(.second, .of(5), replaces: .first))
        #expect(try lines(.second, scene) == ["5 apple south"])
        #expect(try scene.reservation(.first).state == .released)
    }

    @Test func `only active locations that sell online`() throws {
        var scene = stocked()
        scene.run(.site(.south, priority: 1, online: false), .place(.first, .of(1)))
        #expect(try lines(.first, scene) == ["1 apple north"])
        scene.run(.site(.south, priority: 1, state: .draining), .place(.second, .of(1)))
        #expect(try lines(.second, scene) == ["1 apple north"])
    }

    @Test func `only so many locations are looked at, fewer for many lines`() throws {
        var scene = Scene()
        let count = LedgerLimits.placementLocationsMax + 1
        let sites = (0..<count).map { LocationID(unchecked: "site-\(10_000 + $0)") }
        for site in sites { scene.send(.location(site)) }
        let skus = (0..<20).map { SKU(unchecked: "item-\($0)") }
        for sku in skus { scene.run(.item(sku)) }
        let reach = LedgerLimits.placementLevelsMax / skus.count
        scene.run(.receive(.line(1, skus[0], at: sites[count - 1])))
        #expect(scene.send(.place(.first, .of(1, skus[0]))).outcome.isRefusal)
        scene.run(.receive(.line(1, skus[0], at: sites[count - 2])))
        scene.run(.place(.first, .of(1, skus[0])))
        for sku in skus { scene.run(.receive(.line(9, sku, at: sites[reach]))) }
        let reserve = Reserve(
            reservation: .second,
            owner: .ann,
            lines: [],
            ttl: Milliseconds(9),
            unplaced: skus.map { .of(1, $0) }
        )
        #expect(scene.send(.reserve(reserve)).outcome.isRefusal)
        for sku in skus { scene.run(.receive(.line(9, sku, at: sites[reach - 1]))) }
        scene.run(.reserve(reserve))
        let placed = try scene.reservation(.second).lines
        #expect(placed.allSatisfy { $0.location == sites[reach - 1] })
    }
}
