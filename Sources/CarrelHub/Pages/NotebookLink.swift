import CarrelModel

/// `/user/NAME/notebooks/PATH`: the page of the classic notebook, to which openBIS leads (reference openbis 2.5); in JupyterLab it
/// is `lab/tree/PATH`.
struct NotebookLink: Equatable {
    /// The same notebook in JupyterLab, in the server that the link is into.
    let inLab: String

    /// Reads a link; nil for one to something else.
    ///
    /// - Parameters:
    ///   - address: a path with its query, escaped as it came, in which the user's name may be in any case.
    ///   - key: the server that it leads into.
    init?(_ address: String, in key: ServerKey) {
        let path = address.prefix { $0 != "?" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        // What comes before the first slash, `user`, the name, and that of a further server.
        let below = parts.dropFirst(key.server.isDefault ? 3 : 4)
        guard below.first == "notebooks", below.count > 1, below.last?.isEmpty == false else { return nil }
        inLab = key.prefix + "lab/tree/" + below.dropFirst().joined(separator: "/") + address.dropFirst(path.count)
    }
}
