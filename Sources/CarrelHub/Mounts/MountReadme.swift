import CarrelData

/// What stands in a folder while nothing is mounted there.
///
/// Pure: same arguments, same text.
enum MountReadme {
    /// The text for a folder; `origin` is the hub's public one, nil when nobody knows it.
    static func text(_ folder: UserMounts.Folder, standing: MountStanding, origin: String?) -> String {
        let title = folder.title
        var paragraphs = [title, reason(title, standing.condition)]
        if case .unavailable = standing.condition { paragraphs.append(otherWay(folder, origin)) }
        paragraphs += [waiting(standing.waiting), hint(standing)]
        return paragraphs.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private static func reason(_ title: String, _ condition: MountStanding.Condition) -> String {
        switch condition {
        case .open, .pending: "Your files of \(title) appear here in a moment."
        case .closed(let state): "Your files of \(title) aren't to be had now.\n\(state.message)\n\(state.remedy)"
        case .failed(let reason):
            "Your files of \(title) couldn't be brought here.\n\(reason)\nNothing to do: the hub goes on trying."
        case .unavailable(let message, let remedy):
            """
            This hub can't bring your files of \(title) here. JupyterLab's file browser shows them all the same, in this folder.
            \(message)
            For the people who run the hub: \(remedy)
            """
        }
    }

    /// Where the files are all the same: the gateway has them in any case.
    private static func otherWay(_ folder: UserMounts.Folder, _ origin: String?) -> String {
        guard let origin else {
            return "You have them in your browser and in WebDAV programs: see the hub's page Account, "
                + "“Your files from your own computer”."
        }
        return """
            You have them in your browser and in WebDAV programs at
            \(origin)\(folder.path)/
            with your user name and a password that you make at
            \(origin)\(HubPath.fileAccess)
            """
    }

    private static func waiting(_ files: [String]) -> String {
        guard let first = files.first else { return "" }
        let head =
            files.count == 1
            ? "1 file that you changed isn't uploaded yet: \(first)"
            : "\(files.count) files that you changed aren't uploaded yet, such as \(first)"
        return "\(head)\nThe hub keeps what you wrote, and uploads it as soon as it can."
    }

    private static func hint(_ standing: MountStanding) -> String {
        if case .unavailable = standing.condition { return "Programs and terminals of this server can't save here." }
        return "Until then nothing can be saved here. More is on the hub's page Connections."
    }
}
