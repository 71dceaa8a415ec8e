import Foundation

/// Ends a node when the process that started it is gone, so that none is ever left behind.
///
/// The parent holds the other end of standard input, says nothing, and closes it by dying: that
/// works for SIGKILL too.
enum ParentWatch {
    /// From now on, the end of standard input means SIGTERM, and soon after the end.
    static func begin() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { break }
            }
            _ = kill(getpid(), SIGTERM)
            sleep(5)
            _exit(1)
        }
    }
}
