/// The kinds of frame that are the transport's own; the application has all below them.
enum FrameKind {
    /// The first kind that an application may not use.
    static let reservedFirst: UInt8 = 0xF0
    /// The dialler introduces itself.
    static let hello: UInt8 = 0xF0
    /// The acceptor agrees.
    static let welcome: UInt8 = 0xF1
    /// The acceptor refuses, says why, and closes.
    static let refusal: UInt8 = 0xF2
    /// A sign of life without a payload.
    static let keepAlive: UInt8 = 0xF3
}
