extension InstanceSettings {
    static let keys: [Key<InstanceSettings>] = about + limits + time + contents

    private static let about: [Key<InstanceSettings>] = [
        Key("title", \.title, .text(1...100), "What it is called on pages; default: the name."),
        Key("description", \.description, .text(0...1000), "What it is for, in a sentence or two."),
        Key(
            "kind",
            \.kind,
            .choice,
            """
            `persistent`: homes last. `ephemeral`: nothing is kept, a server's files go with it. `temporary`: homes last \
            until `ends`, and all is deleted some time after. The kind of an instance with homes can't be changed.
            """,
        ),
        Key(
            "entry",
            \.entry,
            .list(of: .choice, count: 1...5),
            """
            How people come in; any one of these ways will do. `account`: every account of the hub. `group`: members of \
            `groups`. `invitation`: a link from a manager, or their list of names. `code`: a code that a manager sets on \
            the instance's page. `open`: without an account, for `ephemeral` ones.
            """,
        ),
        Key(
            "groups",
            \.groups,
            .list(of: .groupName, count: 0...100),
            "The groups whose members may enter, where `entry` has `group`.",
        ),
        Key(
            "signIn",
            \.signIn,
            .list(of: .wayName, count: 0...20),
            """
            The ways by which people must have signed in to enter and to start servers: names of `authenticators`, and `local` \
            for accounts of the hub. None for all. Visitors without an account aren't asked.
            """,
        ),
        Key(
            "managers",
            \.managers,
            .list(of: .userName, count: 0...100),
            "The users who manage it: see its page, invite people, send messages, move its end.",
        ),
        Key(
            "terms",
            \.terms,
            .sections(),
            "What people agree to with a tick before they enter: a map from names of your choice to their keys.",
        ),
        Key(
            "environments",
            \.environments,
            .list(of: .environmentName, count: 0...100),
            "The environments to choose from at a start; left out, the first of the hub.",
        ),
        Key(
            "sizes",
            \.sizes,
            .sections(),
            "The sizes of server to choose from at a start: a map from names of your choice to their keys.",
        ),
    ]

    private static let limits: [Key<InstanceSettings>] = [
        Key(
            "quota",
            \.quota,
            .optional(.size(ByteCount(bytes: 1_000_000)...ByteCount(bytes: 1 << 50))),
            "How much each home in it may hold; left out, the usual rule: the user's own, their groups', `storage.quota`.",
        ),
        Key(
            "memoryLimit",
            \.memoryLimit,
            .optional(.size(ByteCount(bytes: 200 << 20)...ByteCount(bytes: 1 << 50))),
            "The most memory of a server; left out, `servers.memoryLimit`.",
        ),
        Key(
            "processorLimit",
            \.processorLimit,
            .optional(.parsed),
            "The most processors of a server; left out, `servers.processorLimit`.",
        ),
        Key(
            "processLimit",
            \.processLimit,
            .optional(.number(50...4_000_000)),
            "The most processes of a server; left out, `servers.processLimit`.",
        ),
        Key(
            "capacity",
            \.capacity,
            .optional(.number(1...100_000)),
            "How many of its servers run at once; further people wait in line. Left out, as many as the hub has room for.",
        ),
        Key(
            "places",
            \.places,
            .optional(.number(1...100_000)),
            "How many people can join it by invitation or code; left out, any number.",
        ),
    ]

    private static let time: [Key<InstanceSettings>] = [
        Key(
            "idleLimit",
            \.idleLimit,
            .optional(.duration(.seconds(5)...(.seconds(365 * 86400)))),
            "A server unused for so long is stopped; left out, `servers.idleLimit`, or 15 minutes where nothing is kept.",
        ),
        Key(
            "maximumAge",
            \.maximumAge,
            .optional(.duration(.seconds(10)...(.seconds(365 * 86400)))),
            "A server that has run for so long is stopped; left out, `servers.maximumAge`, or 12 hours where nothing is kept.",
        ),
        Key(
            "ends",
            \.ends,
            .optional(.parsed),
            "When a `temporary` instance ends. Managers can move the date; a changed date in the file wins again.",
        ),
        Key(
            "countdown",
            \.countdown,
            .duration(.zero...(.seconds(365 * 86400))),
            "From how long before the end everybody sees the countdown.",
        ),
        Key(
            "grace",
            \.grace,
            .duration(.zero...(.seconds(365 * 86400))),
            "For how long after the end people can still download their work; then everything is deleted.",
        ),
    ]

    private static let contents: [Key<InstanceSettings>] = [
        Key(
            "material",
            \.material,
            .optional(.section),
            "What is put into each home, without ever touching people's edits."
        ),
        Key(
            "handOut",
            \.handOut,
            .flag,
            "Whether there is a folder `hand-out` in every home that managers write and everybody reads.",
        ),
        Key(
            "handIn",
            \.handIn,
            .optional(.folderName),
            "The folder in people's homes that managers can download from all of them in one archive.",
        ),
        Key(
            "catalogue",
            \.catalogue,
            .catalogueSource,
            """
            A data file with notebooks to begin with, shown as a catalogue; see how-to/offer-a-catalogue. The path of a file \
            of this machine, or a map that names a git repository.
            """,
        ),
        Key(
            "dataSources",
            \.dataSources,
            .optional(.list(of: .sourceName, count: 0...100)),
            "The data sources that people find in its servers; left out, all where homes last, and none where nothing is kept.",
        ),
    ]

    var faults: [SettingFault] {
        var faults: [SettingFault] = []
        if kind == .temporary, ends == nil {
            faults.append(SettingFault(key: "ends", found: "none", expected: "a date: a temporary instance has an end"))
        }
        if kind != .temporary, let ends {
            faults.append(SettingFault(key: "ends", found: "\(ends)", expected: "none, or kind: temporary"))
        }
        if kind != .ephemeral, entry.contains(.open) {
            let expected = "kind: ephemeral: where homes last, people need an account"
            faults.append(SettingFault(key: "entry", found: "open", expected: expected))
        }
        if entry.contains(.group), groups.isEmpty {
            faults.append(SettingFault(key: "groups", found: "none", expected: "a group, as entry has group"))
        }
        if name == InstanceName.default.text, kind != .persistent || entry.contains(where: { $0 != .account }) {
            let expected = "kind: persistent and entry: [account] for the default instance"
            faults.append(SettingFault(key: "", found: "something else", expected: expected))
        }
        return faults
    }
}

extension Format where Value == String {
    /// The name of a group.
    static var groupName: Self {
        scalar(expected: "the name of a group", kind: "group", show: { $0 }) { (try? GroupName($0))?.text }
    }

    /// The name of a user.
    static var userName: Self {
        scalar(expected: "the name of a user", kind: "user", show: { $0 }) { (try? UserName(normalizing: $0))?.text }
    }

    /// The name of a way to sign in.
    static var wayName: Self {
        let expected = "the name of an authenticator, or local"
        return scalar(expected: expected, kind: "authenticator, or `local`", show: { $0 }) { text in
            text.isEmpty ? nil : (try? ServerName(text))?.text
        }
    }

    /// The name of a data source.
    static var sourceName: Self {
        scalar(expected: "the name of a data source", kind: "data source", show: { $0 }) { text in
            text.isEmpty ? nil : (try? ServerName(text))?.text
        }
    }

    /// The name of an environment.
    static var environmentName: Self {
        scalar(expected: "the name of an environment", kind: "environment", show: { $0 }) { text in
            text.isEmpty ? nil : (try? ServerName(text))?.text
        }
    }
}
