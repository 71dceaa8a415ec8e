import Raft

/// Takes a line's tokens one after the other.
struct TokenReader {
    private let tokens: [ScriptToken]
    private var place = 0
    let limits: ScriptLimits

    init(_ tokens: [ScriptToken], limits: ScriptLimits) {
        self.tokens = tokens
        self.limits = limits
    }

    var isAtEnd: Bool { place == tokens.count }

    func peek(_ offset: Int = 0) -> ScriptToken? {
        place + offset < tokens.count ? tokens[place + offset] : nil
    }

    mutating func next() -> ScriptToken? {
        guard let token = peek() else { return nil }
        place += 1
        return token
    }

    /// Ends a command: anything more is too much.
    func end() throws(ScriptComplaint) {
        guard let token = peek() else { return }
        throw ScriptComplaint("unexpected \(token)")
    }

    // MARK: - Words and signs

    mutating func word(_ what: String) throws(ScriptComplaint) -> String {
        guard case .word(let text)? = peek() else { throw missing(what) }
        place += 1
        return text
    }

    /// Takes the word if it is the next one.
    mutating func take(_ word: String) -> Bool {
        guard peek() == .word(word) else { return false }
        place += 1
        return true
    }

    mutating func take(_ sign: ScriptToken.Sign) -> Bool {
        guard peek() == .sign(sign) else { return false }
        place += 1
        return true
    }

    mutating func require(_ word: String) throws(ScriptComplaint) {
        guard take(word) else { throw missing("\"\(word)\"") }
    }

    mutating func require(_ sign: ScriptToken.Sign) throws(ScriptComplaint) {
        guard take(sign) else { throw missing("\"\(sign.rawValue)\"") }
    }

    mutating func string(_ what: String) throws(ScriptComplaint) -> String {
        guard case .string(let text)? = peek() else { throw missing(what) }
        place += 1
        return text
    }

    /// Something else stands where this should.
    func missing(_ what: String) -> ScriptComplaint {
        guard let token = peek() else { return ScriptComplaint("expected \(what) at the end") }
        return ScriptComplaint("expected \(what) instead of \(token)")
    }

    // MARK: - Numbers

    /// Whether a number comes next.
    var isAtNumber: Bool { if case .number? = peek() { true } else { false } }

    mutating func anyNumber(_ what: String) throws(ScriptComplaint) -> UInt64 {
        guard case .number(let value)? = peek() else { throw missing(what) }
        place += 1
        return value
    }

    mutating func number(
        _ what: String,
        max: UInt64? = nil
    ) throws(ScriptComplaint) -> UInt64 {
        let value = try anyNumber(what)
        let max = max ?? limits.numberMax
        guard value <= max else { throw ScriptComplaint("\(what) is at most \(max)") }
        return value
    }

    /// A count at the end of a command; everything if there is none.
    mutating func count(
        _ what: String,
        max: UInt64? = nil,
        default other: Int = .max
    ) throws(ScriptComplaint) -> Int {
        isAtEnd ? other : Int(try number(what, max: max))
    }

    /// A number that is expected, perhaps as a bound.
    mutating func expectedNumber(_ what: String) throws(ScriptComplaint) -> ScriptNumber {
        let bound: ScriptBound =
            if take(.atLeast) { .atLeast } else if take(.atMost) { .atMost } else { .exactly }
        return ScriptNumber(bound: bound, value: try number(what))
    }

    mutating func numbers(_ what: String) throws(ScriptComplaint) -> [UInt64] {
        var found: [UInt64] = []
        while isAtNumber { found.append(try number(what)) }
        return found
    }

    mutating func position(_ what: String) throws(ScriptComplaint) -> LogPosition {
        let index = try number(what)
        try require(.at)
        return LogPosition(index: LogIndex(index), term: Term(try number("a term")))
    }

    /// What stands between parentheses, with commas between.
    mutating func set<Item>(
        _ item: (inout TokenReader) throws(ScriptComplaint) -> Item
    ) throws(ScriptComplaint) -> [Item] {
        try require(.open)
        var items: [Item] = []
        if take(.close) { return items }
        repeat { items.append(try item(&self)) } while take(.comma)
        try require(.close)
        return items
    }

    // MARK: - Nodes and links

    /// Node by node, as long as the next word points at any; stops before the words given.
    mutating func nodes(before stops: String...) throws(ScriptComplaint) -> [ScriptNodes] {
        var found: [ScriptNodes] = []
        while case .word(let text)? = peek(), !stops.contains(text) {
            found.append(try anyNodes())
        }
        return found
    }

    /// One node at least.
    mutating func someNodes(before stops: [String] = []) throws(ScriptComplaint) -> [ScriptNodes] {
        var found: [ScriptNodes] = []
        while case .word(let text)? = peek(), !stops.contains(text) {
            found.append(try anyNodes())
        }
        guard !found.isEmpty else { throw missing("a node") }
        return found
    }

    /// All nodes up to the line's last word, which is left; one at least.
    mutating func nodesBeforeLastWord() throws(ScriptComplaint) -> [ScriptNodes] {
        var found: [ScriptNodes] = []
        while place + 1 < tokens.count { found.append(try anyNodes()) }
        guard !found.isEmpty else { throw missing("a node") }
        return found
    }

    private mutating func anyNodes() throws(ScriptComplaint) -> ScriptNodes {
        take("all") ? .all : try node()
    }

    /// Exactly one node.
    mutating func node() throws(ScriptComplaint) -> ScriptNodes {
        take("leader") ? .leader : .named(try name("a node"))
    }

    mutating func name(_ what: String) throws(ScriptComplaint) -> NodeID {
        let text = try word(what)
        return try ScriptWords.name(text)
    }

    /// Whether a link comes next: an arrow follows one token.
    var isAtLink: Bool {
        peek() == .sign(.star) || peek(1) == .sign(.to) || peek(1) == .sign(.both)
    }

    mutating func links() throws(ScriptComplaint) -> [ScriptLinks] {
        var found: [ScriptLinks] = []
        while isAtLink { found.append(try link()) }
        return found
    }

    mutating func someLinks() throws(ScriptComplaint) -> [ScriptLinks] {
        let found = try links()
        guard !found.isEmpty else { throw missing("a link such as n1->n2") }
        return found
    }

    mutating func link() throws(ScriptComplaint) -> ScriptLinks {
        let from = try endpoint()
        let isBothWays = take(.both)
        if !isBothWays { try require(.to) }
        let to = try endpoint()
        guard from != to || from == .any else {
            throw ScriptComplaint("a link joins two different nodes")
        }
        return ScriptLinks(from: from, to: to, isBothWays: isBothWays)
    }

    private mutating func endpoint() throws(ScriptComplaint) -> ScriptEndpoint {
        if take(.star) { return .any }
        if take("leader") { return .leader }
        return .named(try name("a node"))
    }
}
