/// A path in a home, cut into its names.
struct HomePath: Equatable {
    /// From the home on; empty for the home itself.
    let names: [String]

    /// Reads a path; nil when it is absolute, leads upwards, or is longer than the system takes.
    init?(_ text: String) {
        guard text.utf8.count < 4096, !text.utf8.contains(0) else { return nil }
        guard !text.isEmpty else {
            names = []
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }) else { return nil }
        names = parts
    }

    /// As a path for the system.
    var text: String { names.isEmpty ? "." : names.joined(separator: "/") }
    /// The path of the folder it is in.
    var parent: String { names.count < 2 ? "." : names.dropLast().joined(separator: "/") }
    /// Its last name; nil for the home itself.
    var name: String? { names.last }
}
