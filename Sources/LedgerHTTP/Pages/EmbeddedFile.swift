/// A file of the pages, as the generator put it into the program.
struct EmbeddedFile: Sendable {
    /// The name under `Web`.
    let name: StaticString
    /// The content.
    let text: StaticString
}
