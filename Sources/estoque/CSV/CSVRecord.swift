/// One record of a CSV file, unquoted; the same storage serves record after record.
struct CSVRecord: Sendable {
    /// The line of the file on which it begins, from 1.
    var line = 0
    /// Why it can't be used; its fields mean nothing then.
    var problem: CSVProblem?

    /// The fields' bytes, each followed by a comma.
    ///
    /// The commas keep the halves of a broken UTF-8 sequence in two fields from passing as one whole.
    private(set) var bytes: [UInt8] = []
    /// Where each field ends in `bytes`.
    private(set) var ends: [Int] = []

    var count: Int { ends.count }

    /// A line without anything on it.
    var isBlank: Bool { problem == nil && ends.count == 1 && ends[0] == 0 }

    /// The text of a field.
    ///
    /// - Precondition: `index < count`, and there is no problem.
    subscript(index: Int) -> String {
        String(decoding: bytes[start(of: index)..<ends[index]], as: UTF8.self)
    }

    /// The text of a field without the spaces and tabs around it.
    func trimmed(_ index: Int) -> String {
        var slice = bytes[start(of: index)..<ends[index]]
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return String(decoding: slice, as: UTF8.self)
    }

    private func start(of index: Int) -> Int { index == 0 ? 0 : ends[index - 1] + 1 }

    // MARK: - Filling

    /// Forgets everything but the memory.
    mutating func reset() {
        problem = nil
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// How long the field is that has not been ended yet.
    var openFieldBytes: Int { bytes.count - (ends.last.map { $0 + 1 } ?? 0) }

    mutating func endField() {
        ends.append(bytes.count)
        bytes.append(UInt8(ascii: ","))
    }

    /// Notes the first problem only.
    mutating func note(_ next: CSVProblem) {
        if problem == nil { problem = next }
    }

    /// Notes it when the fields are no UTF-8.
    mutating func checkUTF8() {
        guard problem == nil else { return }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            problem = .invalidUTF8
        }
    }
}
