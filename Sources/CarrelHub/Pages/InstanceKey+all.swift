import CarrelModel

extension InstanceKey {
    /// All settings that a page can change, in the order of the form.
    ///
    /// Not among them: terms and sizes, which are lists of their own, and paths on the hub's machine, which are the
    /// operator's.
    static let all: [InstanceKey] = about + people + limits + contents

    private static let about = [
        InstanceKey("title", .about, .line(longest: 100), .manager, "Title", \.title, \.self),
        InstanceKey("description", .about, .lines(longest: 1000), .manager, "What it is for", \.description, \.self),
        InstanceKey("kind", .about, .kinds, .maker, "How long it lasts", \.kind, \.rawValue),
        InstanceKey(
            "ends",
            .about,
            .line(longest: 40),
            .maker,
            "End",
            hint: "Of one that lasts until a date: such as 2026-12-24, the end of that day (UTC).",
            \.ends,
        ) { $0?.description ?? "" },
        InstanceKey(
            "countdown",
            .about,
            .line(longest: 20),
            .manager,
            "The end is announced before it for",
            hint: "Of one that lasts until a date.",
            example: "7d",
            \.countdown,
            \.text,
        ),
        InstanceKey(
            "grace",
            .about,
            .line(longest: 20),
            .maker,
            "Work can be downloaded after it for",
            hint: "Then everything in it is deleted.",
            example: "7d",
            \.grace,
            \.text,
        ),
    ]

    private static let people = [
        InstanceKey("entry", .people, .ways, .maker, "Ways in", \.entry) { ways in
            EntryWay.allCases.filter(ways.contains).map(\.rawValue).joined(separator: ", ")
        },
        InstanceKey(
            "groups",
            .people,
            .names,
            .maker,
            "Groups",
            hint: "Whose members may enter, with commas between them.",
            \.groups,
        ) { $0.joined(separator: ", ") },
        InstanceKey(
            "managers",
            .people,
            .names,
            .maker,
            "Managers",
            hint: "Names of users, with commas between them: teachers, for instance.",
            \.managers,
        ) { $0.joined(separator: ", ") },
        InstanceKey(
            "places",
            .people,
            .line(longest: 8),
            .manager,
            "Places for people",
            hint: "How many can join by invitation or code. Nothing: any number.",
            \.places,
        ) { $0.map { "\($0)" } ?? "" },
    ]

    private static let limits = [
        InstanceKey(
            "quota",
            .limits,
            .line(longest: 40),
            .maker,
            "Each home may hold",
            hint: "Such as “20 GB”. Nothing here or below: as everywhere in this hub.",
            \.quota,
        ) { $0?.description ?? "" },
        InstanceKey(
            "memoryLimit",
            .limits,
            .line(longest: 40),
            .maker,
            "Memory of a server",
            example: "4 GiB",
            \.memoryLimit,
        ) { $0?.description ?? "" },
        InstanceKey(
            "processorLimit",
            .limits,
            .line(longest: 8),
            .maker,
            "Processors of a server",
            example: "2",
            \.processorLimit,
        ) { $0?.description ?? "" },
        InstanceKey("processLimit", .limits, .line(longest: 8), .maker, "Processes of a server", \.processLimit) {
            $0.map { "\($0)" } ?? ""
        },
        InstanceKey("capacity", .limits, .line(longest: 8), .maker, "Servers at once", \.capacity) {
            $0.map { "\($0)" } ?? ""
        },
        InstanceKey(
            "idleLimit",
            .limits,
            .line(longest: 20),
            .maker,
            "Servers stop when unused for",
            example: "1h",
            \.idleLimit,
        ) { $0?.text ?? "" },
        InstanceKey(
            "maximumAge",
            .limits,
            .line(longest: 20),
            .maker,
            "Servers stop at the age of",
            example: "12h",
            \.maximumAge,
        ) { $0?.text ?? "" },
    ]

    private static let contents = [
        InstanceKey("environments", .contents, .environments, .maker, "Environments to choose from", \.environments) {
            $0.joined(separator: ", ")
        },
        InstanceKey(
            "material.repository",
            .contents,
            .line(longest: 2000),
            .maker,
            "Git repository with material",
            example: "https://…",
            \.material,
        ) { $0?.repository?.text ?? "" },
        InstanceKey(
            "material.branch",
            .contents,
            .line(longest: 200),
            .maker,
            "Its branch",
            hint: "Nothing: the repository’s own first one.",
            \.material,
        ) { $0?.branch ?? "" },
        InstanceKey(
            "handOut",
            .contents,
            .tick,
            .manager,
            "A folder “hand-out”",
            hint: "Managers write in it, everybody reads.",
            \.handOut,
        ) { $0 ? "true" : "" },
        InstanceKey(
            "handIn",
            .contents,
            .line(longest: 100),
            .manager,
            "Folder that managers collect",
            hint: "In this folder of their homes people put what they hand in.",
            example: "hand-in",
            \.handIn,
        ) { $0 ?? "" },
    ]
}
