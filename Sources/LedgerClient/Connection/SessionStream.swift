import GRPCWire
import Ledger
import LedgerAPI
import NIOCore

/// One Session stream at one node, confined to the connection's event loop.
///
/// What is submitted in one turn of the loop leaves in one message at the turn's end. While
/// `messagesUnansweredMax` messages have had no answer, it gathers instead: the slower the node,
/// the larger its messages.
///
/// States: idle (no call) → open → idle; draining from either. A call that ends fails what it carried;
/// the next submission begins another one.
final class SessionStream {
    /// A command that has not been sent yet.
    struct Submission {
        var request: Request
        var deadline: NIODeadline
        var completion: (CommandResult) -> Void
    }

    private let connection: GRPCClientConnection
    private let limits: SessionLimits
    private var call: GRPCClientCall?
    private var callCount = 0
    private var waiting = CircularBuffer<Submission>()
    private var sent = CommandSlots()
    private var messagesSent: UInt64 = 0
    /// No message up to this one is waited for.
    ///
    /// Invariant: `messagesAnswered <= messagesSent`.
    private var messagesAnswered: UInt64 = 0
    private var isFlushScheduled = false
    private var isDraining = false
    private var sweep: Scheduled<Void>?
    private var bytes: [UInt8] = []

    /// How often overdue commands are looked for.
    private static let sweepInterval = TimeAmount.milliseconds(25)
    /// A message is closed when it has this many bytes, well under what a node takes.
    private static let messageBytesMax = 1_024 * 1_024

    init(connection: GRPCClientConnection, limits: SessionLimits) {
        self.connection = connection
        self.limits = limits
    }

    /// Sends a command with the next message; `completion` runs once, on the loop.
    func submit(_ submission: Submission) {
        guard !isDraining else {
            submission.completion(.failed(.goingAway))
            return
        }
        guard waiting.count + sent.count < limits.commandsMax else {
            submission.completion(.failed(.tooMuchUnderWay))
            return
        }
        waiting.append(submission)
        scheduleFlush()
        scheduleSweep()
    }

    private func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        connection.eventLoop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            flush()
        }
    }

    // MARK: Sending

    private func flush() {
        while !waiting.isEmpty,
            messagesSent - messagesAnswered < UInt64(limits.messagesUnansweredMax)
        {
            let call = openCall()
            // A call that ended at once has failed all that waited; one that is full says later
            // that it is writable.
            guard !call.isFinished, call.isWritable, !waiting.isEmpty else { return }
            guard call.send(nextMessage()) else {
                call.cancel()
                return
            }
        }
    }

    private func nextMessage() -> ByteBuffer {
        messagesSent += 1
        bytes.removeAll(keepingCapacity: true)
        var commands = 0
        while commands < limits.commandsPerMessageMax, bytes.count < Self.messageBytesMax,
            let submission = waiting.popFirst()
        {
            let tag = sent.insert(
                CommandSlots.Sent(
                    message: messagesSent,
                    deadline: submission.deadline,
                    completion: submission.completion
                )
            )
            SessionCodec.append(submission.request, tag: tag, to: &bytes)
            commands += 1
        }
        return ByteBuffer(bytes: bytes)
    }

    private func openCall() -> GRPCClientCall {
        if let call { return call }
        callCount += 1
        let number = callCount
        let opened = connection.startCall(ServicePath.session) { [weak self] event in
            guard let self, number == callCount else { return }
            handle(event)
        }
        if !opened.isFinished { call = opened }
        return opened
    }

    /// Sends no more: the node says goodbye, and answers what it has.
    func drain() {
        isDraining = true
        call?.closeSending()
        failWaiting(.goingAway)
    }

    private func failWaiting(_ problem: Problem) {
        let unsent = waiting
        waiting.removeAll()
        for submission in unsent { submission.completion(.failed(problem)) }
    }

    // MARK: Answers

    private func handle(_ event: GRPCClientCallEvent) {
        switch event {
        case .initialMetadata: break
        case .writable: scheduleFlush()
        case .message(let message): receive(message)
        case .finished(let end):
            call = nil
            failAll(with: end)
        }
    }

    private func receive(_ message: ByteBuffer) {
        guard let results = SessionCodec.results(from: message.readableBytesSpan) else {
            // Which commands it answers is not known, so none of them can be waited for.
            call?.cancel()
            return
        }
        for result in results {
            guard let command = sent.remove(result.tag) else { continue }
            messagesAnswered = max(messagesAnswered, command.message)
            command.completion(result.result)
        }
        noteQuiet()
        if !waiting.isEmpty { scheduleFlush() }
    }

    /// Nothing is under way: what is left of old messages will never be answered.
    private func noteQuiet() {
        if sent.isEmpty { messagesAnswered = messagesSent }
    }

    private func failAll(with end: GRPCCallEnd) {
        let lost = sent.removeAll()
        noteQuiet()
        let problem = Problem(end)
        for command in lost { command.completion(.failed(problem.orLost)) }
        failWaiting(problem.orNeverSent)
    }

    // MARK: Deadlines

    private func scheduleSweep() {
        guard sweep == nil, !(sent.isEmpty && waiting.isEmpty) else { return }
        sweep = connection.eventLoop.assumeIsolated().scheduleTask(in: Self.sweepInterval) {
            [weak self] in
            self?.expire()
        }
    }

    private func expire() {
        sweep = nil
        let now = NIODeadline.now()
        let overdue = sent.removeExpired(at: now)
        var unsent: [Submission] = []
        waiting.removeAll { submission in
            guard submission.deadline <= now else { return false }
            unsent.append(submission)
            return true
        }
        noteQuiet()
        for command in overdue { command.completion(.failed(.noAnswerInTime)) }
        for submission in unsent { submission.completion(.failed(.neverSent)) }
        if !waiting.isEmpty { scheduleFlush() }
        scheduleSweep()
    }
}

extension Problem {
    /// What ended a stream, for a command that it carried: that one's fate is unknown, whatever it was.
    fileprivate var orLost: Problem {
        guard reason == .unreachable || reason == .cancelled || code == .ok else { return self }
        var lost = self
        lost.code = .unavailable
        lost.reason = .connectionLost
        return lost
    }

    /// What ended a stream, for a command that it had not carried yet.
    fileprivate var orNeverSent: Problem {
        guard reason == .connectionLost || reason == .cancelled || code == .ok else { return self }
        return .unreachable(message)
    }

    fileprivate static var goingAway: Problem { .unreachable("the connection is going away") }
}
