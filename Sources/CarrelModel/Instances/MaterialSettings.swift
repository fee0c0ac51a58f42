/// What is put into each home of an instance: a git repository or a folder of files.
public struct MaterialSettings: SettingSection, Codable {
    /// The address of the repository; nil for files.
    public var repository: WebAddress?

    /// The branch; nil for the repository's own first one.
    public var branch: String?

    /// The folder of the machine with the files; nil for a repository.
    public var files: String?

    /// The folder in the home where it is found.
    public var folder = "course"

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<MaterialSettings>] = [
        Key("repository", \.repository, .optional(.parsed), "The address of a git repository."),
        Key("branch", \.branch, .optional(.text(1...200)), "The branch; left out, the repository's own first one."),
        Key("files", \.files, .optional(.absolutePath), "Instead of a repository: a folder of this machine."),
        Key("folder", \.folder, .folderName, "The folder in the home where people find it."),
    ]

    var faults: [SettingFault] {
        guard (repository == nil) == (files == nil) else { return [] }
        let found = repository == nil ? "neither" : "both"
        return [SettingFault(key: "", found: "\(found) repository and files", expected: "one of them")]
    }
}

extension Format where Value == String {
    /// The name of one folder or file in a home.
    static var folderName: Self {
        let expected = "a name of 1 to 100 characters from A to Z, a to z, 0 to 9 and ._-, not beginning with a dot"
        return scalar(expected: expected, kind: "name of a folder", show: { $0 }) { text in
            let isPlain = text.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || "._-".unicodeScalars.contains(scalar)
            }
            return isPlain && !text.hasPrefix(".") && !text.hasPrefix("-") && (1...100).contains(text.count)
                ? text : nil
        }
    }
}
