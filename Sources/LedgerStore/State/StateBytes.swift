/// The states of the rows of a table whose keys are 1, 2, 3, …: a byte each, so that every line of a
/// command can ask for one without a look at the row.
///
/// A state that is here is the newest; 0 is one that nobody has asked for yet.
struct StateBytes {
    private var bytes: [UInt8] = []

    subscript(key: UInt32) -> UInt8 {
        get { Int(key) < bytes.count ? bytes[Int(key)] : 0 }
        set {
            if Int(key) >= bytes.count {
                let missing = Int(key) + 1 - bytes.count
                bytes.append(contentsOf: repeatElement(0, count: missing))
            }
            bytes[Int(key)] = newValue
        }
    }
}
