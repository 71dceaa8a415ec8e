import NIOCore

/// One timer a connection, moved only when it would fire too late.
extension ConnectionHandler {
    /// The time by which the present phase must end.
    ///
    /// A later one than before costs nothing: the timer looks again when it fires.
    func setDeadline(_ newDeadline: NIODeadline) {
        deadline = newDeadline
        if newDeadline < timerAt { schedule(at: newDeadline) }
    }

    private func schedule(at time: NIODeadline) {
        timer?.cancel()
        timerAt = time
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(deadline: time) { handler.value.timerFired() }
    }

    private func timerFired() {
        timer = nil
        timerAt = .distantFuture
        guard NIODeadline.now() < deadline else { return expire() }
        // Without a deadline there is nothing to wake for; the next phase sets one.
        if deadline != .distantFuture { schedule(at: deadline) }
    }

    /// The client, or the node, took too long over this phase.
    private func expire() {
        switch phase {
        case .idle where standing == .spare: refuse(Problem(.tooManyConnections))
        case .idle, .lingering, .watching: context?.close(promise: nil)
        case .collecting, .passedOn: refuse(Problem(.requestTimeout))
        case .compressing(let exchange, let reply):
            var reply = reply
            reply.isCompressed = false
            finish(reply, exchange)
            drain()
        case .waiting(let exchange, let request):
            answer(service.reply(to: .timeout(of: request.consistency)), exchange)
            drain()
        }
        flushIfNeeded()
    }
}
