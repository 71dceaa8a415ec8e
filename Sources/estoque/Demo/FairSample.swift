import Ledger

/// All elements, or, when there are too many, some of them: each with the same probability.
struct FairSample<Element: Sendable>: Sendable {
    private(set) var elements: [Element] = []
    /// How many there were.
    private(set) var count = 0
    /// More than these are sampled.
    let max: Int
    private var random = Xoshiro256()

    init(max: Int) { self.max = max }

    /// Notes one more (Vitter, algorithm R).
    mutating func note(_ element: Element) {
        count += 1
        guard elements.count >= max else {
            elements.append(element)
            return
        }
        let place = Int.random(in: 0..<count, using: &random)
        if place < max { elements[place] = element }
    }
}
