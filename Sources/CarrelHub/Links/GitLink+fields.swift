import Foundation

extension GitLink {
    /// Reads the form, or a link to the page that fills it in: the names are those of nbgitpuller's generator, and ours
    /// where it has none (`content-branch`, `filepath`, `targetPath`, `server`).
    ///
    /// - Parameters:
    ///   - own: this hub's address, which stands in the form unless another is named.
    ///   - field: a field's text; nil when it isn't there.
    init(own: String, field: (String) -> String?) {
        func text(_ name: String) -> String {
            (field(name) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        }
        target = Target(rawValue: text("tab")) ?? .hub
        hub = field("hub") == nil ? own : text("hub")
        server = text("server")
        repository = text("repo")
        branch = field("branch") == nil ? "main" : text("branch")
        contentRepository = text("content-repo")
        contentBranch = text("content-branch")
        file = text("filepath")
        while file.first == "/" { file.removeFirst() }
        address = text("urlpath")
        app = App(rawValue: text("app")) ?? (address.isEmpty ? .jupyterlab : .custom)
        folder = text("targetPath")
        onlyFolder = text("sparse").split(separator: "/").joined(separator: "/")
    }
}

extension GitLink {
    /// What the form holds, by the names that ``init(own:field:)`` reads.
    var fields: [(name: String, value: String)] {
        [
            ("tab", target.rawValue), ("hub", hub), ("server", server), ("repo", repository), ("branch", branch),
            ("content-repo", contentRepository), ("content-branch", contentBranch), ("filepath", file),
            ("app", app.rawValue), ("urlpath", address), ("targetPath", folder), ("sparse", onlyFolder),
        ]
    }
}

/// A picture that leads to a link, in the languages of README files.
struct LinkBadge: Sendable, Equatable {
    let markdown: String
    let html: String
    let restructuredText: String

    init(link: String, picture: String, words: String) {
        markdown = "[![\(words)](\(picture))](\(link))"
        let address = link.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
        html = "<a href=\"\(address)\"><img src=\"\(picture)\" alt=\"\(words)\"></a>"
        restructuredText = ".. image:: \(picture)\n   :target: \(link)\n   :alt: \(words)"
    }
}
