import Threads

/// Makes the next segment before it is needed, so that writers don't wait for megabytes of zeros.
///
/// Without a background thread (in a simulation) a segment is made when it is taken.
final class SegmentSupply: Sendable {
    private enum State: Sendable {
        case idle
        case requested(UInt64)
        case preparing(UInt64)
        case ready(UInt64, any LogFile)
        case failed(UInt64, FileSystemError)
        case closed
    }

    private let directory: LogDirectory
    private let segmentBytes: Int
    private let retryInterval: Duration
    private let monitor: Monitor<State>

    /// A supply that may begin with a segment left by an earlier process.
    init(directory: LogDirectory, limits: LogLimits, prepared: (UInt64, any LogFile)?) {
        self.directory = directory
        segmentBytes = limits.segmentBytes
        retryInterval = limits.spaceRetryInterval
        monitor = Monitor(prepared.map { .ready($0.0, $0.1) } ?? .idle)
    }

    /// Asks the background thread to make a segment, unless it is made or being made.
    func prepareAhead(_ number: UInt64) {
        monitor.update { state in
            if case .idle = state { state = .requested(number) }
        }
    }

    /// Why the next segment could not be prepared at the last try, if so.
    var failure: FileSystemError? {
        monitor.update { state in
            if case .failed(_, let error) = state { error } else { nil }
        }
    }

    /// Gives out a segment, made now unless it has been made ahead.
    func take(_ number: UInt64) throws(FileSystemError) -> any LogFile {
        let ready: (any LogFile)? =
            monitor.wait { state -> (any LogFile)?? in
                switch state {
                case .preparing(number):
                    return nil
                case .ready(number, let file):
                    state = .idle
                    return .some(file)
                default:
                    // In the meantime nobody else may write the same file.
                    state = .preparing(number)
                    return .some(nil)
                }
            }
        if let ready { return ready }
        do {
            let file = try directory.createSegment(number, bytes: segmentBytes)
            monitor.update { if case .preparing = $0 { $0 = .idle } }
            return file
        } catch {
            monitor.update { if case .preparing = $0 { $0 = .failed(number, error) } }
            throw error
        }
    }

    /// What the background thread does, until ``close()``.
    func prepareUntilClosed() {
        while let number = nextRequest() {
            do {
                let file = try directory.createSegment(number, bytes: segmentBytes)
                monitor.update { if case .preparing = $0 { $0 = .ready(number, file) } }
            } catch {
                monitor.update { if case .preparing = $0 { $0 = .failed(number, error) } }
            }
        }
    }

    /// Ends the background thread after the segment that it is making.
    func close() { monitor.update { $0 = .closed } }

    /// Waits for a request, or repeats a failed one after a while; `nil` when closed.
    private func nextRequest() -> UInt64? {
        while true {
            let request = monitor.wait(timeout: retryInterval) { state -> UInt64?? in
                switch state {
                case .requested(let number):
                    state = .preparing(number)
                    return .some(number)
                case .closed: return .some(nil)
                default: return nil
                }
            }
            if let request { return request }
            let retry = monitor.update { state -> UInt64? in
                guard case .failed(let number, _) = state else { return nil }
                state = .preparing(number)
                return number
            }
            if let retry { return retry }
        }
    }
}
