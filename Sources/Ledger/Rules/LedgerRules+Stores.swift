/// Agents of stores: who speaks for a store, and in which epoch.
extension LedgerRules {
    /// Makes an agent known, renews what is known of it, or hands the store to another.
    static func register<State: LedgerRows>(
        _ command: RegisterStore,
        _ state: inout State
    ) throws(State.Failure) -> Outcome {
        guard let key = try state.locationKey(command.location) else {
            return .refused(.locationNotFound(command.location))
        }
        let now = state.header.logTime
        guard var agent = try agent(key, &state) else {
            guard try state.locationState(key) != .closed else {
                return .refused(.locationClosed(command.location))
            }
            let agent = StoreAgent(
                location: command.location,
                epoch: 1,
                instance: command.instance,
                settings: command.settings ?? StoreSettings(),
                lastSeen: now
            )
            state.setStoreRecord(.agent(agent), key: .agent(key))
            return .store(agent)
        }
        if agent.instance != command.instance {
            guard command.takeover else {
                return .refused(
                    .storeTaken(command.location, instance: agent.instance, epoch: agent.epoch)
                )
            }
            guard agent.epoch < LedgerLimits.epochMax else {
                return .refused(.storeFrozen(command.location))
            }
            closeEpoch(agent, key, &state)
            agent.epoch += 1
            agent.instance = command.instance
            agent.state = .active
            agent.lastSequence = 0
            agent.lastHash = .start
            agent.knownThrough = LogTime(microseconds: 0)
            state.setStoreRecord(nil, key: .fork(key))
        } else if agent.state == .frozen {
            // Of the two that share this name nobody knows which one it is.
            return .refused(.storeFrozen(command.location))
        }
        agent.settings = command.settings ?? agent.settings
        agent.lastSeen = now
        agent.version += 1
        state.setStoreRecord(.agent(agent), key: .agent(key))
        return .store(agent)
    }

    /// Keeps how far an epoch has come.
    static func closeEpoch<State: LedgerRows>(
        _ agent: StoreAgent,
        _ key: LocationKey,
        _ state: inout State
    ) {
        let closed = ClosedEpoch(
            instance: agent.instance,
            lastSequence: agent.lastSequence,
            lastHash: agent.lastHash
        )
        state.setStoreRecord(.closedEpoch(closed), key: .closedEpoch(key, agent.epoch))
    }

    /// The agent of a store.
    static func agent<State: LedgerRows>(
        _ key: LocationKey,
        _ state: inout State
    ) throws(State.Failure) -> StoreAgent? {
        guard case .agent(let agent)? = try state.storeRecord(.agent(key)) else { return nil }
        return agent
    }

    /// The rights of a store to an item, as of its epoch.
    static func allotment<State: LedgerRows>(
        _ key: LevelKey,
        epoch: UInt32,
        _ state: inout State
    ) throws(State.Failure) -> Allotment {
        guard case .allotment(let allotment)? = try state.storeRecord(.allotment(key)) else {
            return Allotment(epoch: epoch)
        }
        return allotment.rolled(to: epoch)
    }

    /// Stores rights, and keeps the sum of the store in step.
    static func set<State: LedgerRows>(
        _ allotment: Allotment,
        _ key: LevelKey,
        change: Quantity,
        of agent: inout StoreAgent,
        _ state: inout State
    ) {
        agent.allottedUnits += change
        state.setStoreRecord(.allotment(allotment), key: .allotment(key))
    }
}
