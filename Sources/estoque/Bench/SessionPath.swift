import GRPCWire
import LedgerAPI
import NIOCore

/// A Session stream: what callers ask in one turn of the loop, or while enough messages are on their
/// way, goes together in one message.
final class SessionPath: LoadPath {
    var connection: GRPCClientConnection?
    private let generator: LoadGenerator
    private var call: GRPCClientCall?
    private var callCount = 0
    private var waiting: [Int] = []
    /// By caller: the message that its command went in, from 1; 0 when none is under way.
    private var sentIn: [UInt64]
    private var messagesSent: UInt64 = 0
    /// No message up to this one is waited for.
    private var messagesAnswered: UInt64 = 0
    private var isFlushScheduled = false

    /// Messages that no answer has come to.
    private static let messagesUnansweredMax: UInt64 = 4
    /// Commands in one message.
    private static let commandsMax = 1_024

    init(_ generator: LoadGenerator, callers: Int) {
        self.generator = generator
        sentIn = Array(repeating: 0, count: callers)
    }

    func send(_ caller: Int) {
        guard connection != nil else {
            generator.settle(caller, Self.notConnected)
            return
        }
        waiting.append(caller)
        scheduleFlush()
    }

    private func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        generator.eventLoop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            flush()
        }
    }

    private func flush() {
        while !waiting.isEmpty, messagesSent - messagesAnswered < Self.messagesUnansweredMax {
            guard let call = openCall() else { return }
            guard call.isWritable else { return }
            messagesSent += 1
            var message = ByteBuffer()
            let callers = waiting.prefix(Self.commandsMax)
            waiting.removeFirst(callers.count)
            message.reserveCapacity(callers.count * generator.commandBytes)
            for caller in callers {
                sentIn[caller] = messagesSent
                generator.append(caller, to: &message)
            }
            guard call.send(message) else {
                call.cancel()
                return
            }
        }
    }

    private func openCall() -> GRPCClientCall? {
        if let call { return call }
        guard let connection else {
            fail(.open("not connected"))
            return nil
        }
        callCount += 1
        let number = callCount
        let opened = connection.startCall(ServicePath.session) { [weak self] event in
            guard let self, number == callCount else { return }
            handle(event)
        }
        call = opened.isFinished ? nil : opened
        return call
    }

    private func handle(_ event: GRPCClientCallEvent) {
        switch event {
        case .initialMetadata: break
        case .writable: scheduleFlush()
        case .message(let message): receive(message)
        case .finished(let end):
            call = nil
            fail(.open("\(end)"))
        }
    }

    private func receive(_ message: ByteBuffer) {
        let isRead = AnswerScan.entries(message.readableBytesSpan) { tag, end in
            guard let caller = ReserveTemplate.index(ofTag: tag), caller < sentIn.count,
                sentIn[caller] > 0
            else { return }
            messagesAnswered = max(messagesAnswered, sentIn[caller])
            sentIn[caller] = 0
            generator.settle(caller, end)
        }
        if !isRead { call?.cancel() }
        if !waiting.isEmpty { scheduleFlush() }
    }

    /// The stream is over: nothing that it carried will be answered.
    private func fail(_ end: CommandEnd) {
        messagesAnswered = messagesSent
        var lost = waiting
        waiting = []
        for caller in sentIn.indices where sentIn[caller] > 0 {
            sentIn[caller] = 0
            lost.append(caller)
        }
        for caller in lost { generator.settle(caller, end) }
    }
}
