package import Ledger
package import LedgerStore
package import NIOCore

/// Questions about the books go to the readers' threads; the loop is asked only to wait for a position.
extension ReplicaNode: LedgerBooks {
    package func history(
        _ query: HistoryQuery,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<HistoryPage>, BookFailure>) -> Void
    ) {
        read(minPosition, deadline, completion) { (reader) throws(QuestionError) in
            let answer = try reader.history(query)
            return (answer.page, answer.position)
        }
    }

    package func levels(
        _ sku: SKU,
        at location: LocationID?,
        asOf moment: AsOf,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<LevelsAsOf>, BookFailure>) -> Void
    ) {
        var minPosition: Position?
        if case .position(let position) = moment {
            let applied = shared.tail.applied
            guard position <= applied else {
                completion(.failure(.ahead(applied: applied)))
                return
            }
            minPosition = position
        }
        read(minPosition, deadline, completion) { (reader) throws(QuestionError) in
            let answer = try reader.levels(sku, at: location, asOf: moment)
            return (answer.levels, answer.position)
        }
    }

    package func searchItems(
        _ query: ItemSearch,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<ItemPage>, BookFailure>) -> Void
    ) {
        read(minPosition, deadline, completion) { (reader) throws(QuestionError) in
            let answer = try reader.search(query)
            return (answer.page, answer.position)
        }
    }

    package func list(
        _ table: BookTable,
        pageSize: Int,
        pageToken: String?,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<BookList>, BookFailure>) -> Void
    ) {
        read(minPosition, deadline, completion) { (reader) throws(QuestionError) in
            let answer = try reader.list(table, pageSize: pageSize, pageToken: pageToken)
            return (answer.list, answer.position)
        }
    }

    package func list(
        _ table: StoreTable,
        pageSize: Int,
        pageToken: String?,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<StoreList>, BookFailure>) -> Void
    ) {
        read(minPosition, deadline, completion) { (reader) throws(QuestionError) in
            let answer = try reader.list(table, pageSize: pageSize, pageToken: pageToken)
            return (answer.list, answer.position)
        }
    }

    package func storeSummary(
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<StoreSummary>, BookFailure>) -> Void
    ) {
        read(nil, deadline, completion) { (reader) throws(QuestionError) in
            let answer = try reader.storeSummary()
            return (answer.summary, answer.position)
        }
    }

    package func quarantinedFact(
        _ mark: FactMark,
        minPosition: Position?,
        deadline: NIODeadline,
        completion: @escaping @Sendable (Result<Stamped<QuarantinedFact?>, BookFailure>) -> Void
    ) {
        read(minPosition, deadline, completion) { (reader) throws(QuestionError) in
            let answer = try reader.quarantinedFact(mark)
            return (answer.fact, answer.position)
        }
    }

    package func verify(
        progress: @escaping @Sendable (VerifyProgress) -> Void,
        completion: @escaping @Sendable (Result<VerifyReport, BookFailure>) -> Void
    ) -> VerifyRun? {
        store.verify(told: progress) { result in
            completion(
                result.mapError { error in
                    error.code == .cancelled ? .cancelled : .store(error.description)
                }
            )
        }.map(VerifyRun.init)
    }

    /// Runs a question on a reader's thread, once the database has reached a position.
    private func read<Value: Sendable>(
        _ minPosition: Position?,
        _ deadline: NIODeadline,
        _ completion: @escaping @Sendable (Result<Stamped<Value>, BookFailure>) -> Void,
        _ question: @escaping @Sendable (StoreReader) throws(QuestionError) -> (Value, Position)
    ) {
        guard let minPosition else {
            run(deadline, completion, question)
            return
        }
        onLoop { [self] loop in
            loop.whenStored(minPosition, deadline: deadline) { [self] isStored in
                guard isStored else {
                    let applied = shared.tail.applied
                    completion(.failure(.read(.sessionAhead(applied: applied))))
                    return
                }
                run(deadline, completion, question)
            }
        }
    }

    private func run<Value: Sendable>(
        _ deadline: NIODeadline,
        _ completion: @escaping @Sendable (Result<Stamped<Value>, BookFailure>) -> Void,
        _ question: @escaping @Sendable (StoreReader) throws(QuestionError) -> (Value, Position)
    ) {
        onReader(
            deadline,
            then: { [shared] reader in
                var stamp = shared.storedStamp()
                do throws(QuestionError) {
                    let (value, position) = try question(reader)
                    stamp.position = position
                    completion(.success(Stamped(value: value, stamp: stamp)))
                } catch {
                    completion(.failure(BookFailure(error)))
                }
            },
            orFail: { completion(.failure($0)) }
        )
    }

    /// Calls one of both: with a reader, on its thread, or with why there is none.
    func onReader(
        _ deadline: NIODeadline,
        then body: @escaping @Sendable (StoreReader) -> Void,
        orFail failed: @escaping @Sendable (BookFailure) -> Void
    ) {
        let isQueued = store.books.run { result in
            switch result {
            case .success where deadline < .now(): failed(.read(.overloaded))
            case .success(let reader): body(reader)
            case .failure(let error) where error.code == .cancelled: failed(.read(.notReady))
            case .failure(let error): failed(.store(error.description))
            }
        }
        if !isQueued { failed(.read(shared.status().isReady ? .overloaded : .notReady)) }
    }
}

extension BookFailure {
    init(_ error: QuestionError) {
        switch error {
        case .malformed(let field, let reason): self = .malformed(field: field, reason: reason)
        case .itemNotFound(let sku): self = .itemNotFound(sku)
        case .locationNotFound(let id): self = .locationNotFound(id)
        case .ahead(let stored): self = .ahead(applied: stored)
        case .store(let error): self = .store(error.description)
        }
    }
}

extension ReplicaLoop {
    /// Calls with true once the database has a position, with false when it takes too long.
    func whenStored(
        _ position: Position,
        deadline: NIODeadline,
        _ done: @escaping (Bool) -> Void
    ) {
        guard !isStopped, exchange == nil else { return done(false) }
        guard storedPosition < position else { return done(true) }
        let latest = NIODeadline.now() + .milliseconds(limits.storedWaitMilliseconds)
        marks.wait(for: position, deadline: min(deadline, latest), done)
    }
}
