extension String {
    /// Order by UTF-8 bytes; Swift's own order follows Unicode tables, which change over the years.
    func precedesByBytes(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// Whether both are the same bytes, however Unicode would have them look.
    func sameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
