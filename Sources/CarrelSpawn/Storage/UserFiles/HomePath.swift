/// A path in a home, cut into its names.
public struct HomePath: Sendable, Hashable {
    /// The home itself.
    public static let home = HomePath(names: [])

    /// From the home on, each as ``NameText``; empty for the home itself.
    public let names: [String]

    /// Reads a path; nil when it is absolute, leads upwards, or is longer than the system takes.
    public init?(_ text: String) {
        let bytes = NameText.bytes(of: text)
        guard bytes.count < 4096, !bytes.contains(0) else { return nil }
        guard !text.isEmpty else {
            names = []
            return
        }
        let parts = NameText.names(in: text)
        guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && NameText.bytes(of: $0).count <= 255 })
        else { return nil }
        names = parts
    }

    private init(names: [String]) { self.names = names }

    /// As a path for the system, as ``NameText``.
    var text: String { names.isEmpty ? "." : names.joined(separator: "/") }
    /// The path of the folder it is in.
    var parent: String { names.count < 2 ? "." : names.dropLast().joined(separator: "/") }
    /// Its last name, as ``NameText``; nil for the home itself.
    public var name: String? { names.last }
}
