/// Where the data file of a catalogue of notebooks is.
public enum CatalogueSource: Hashable, Sendable {
    /// A file of this machine, named from `/` on.
    case file(String)
    /// A file of a git repository.
    case repository(CatalogueRepository)

    /// The repository; nil for a file of this machine.
    public var repository: CatalogueRepository? {
        if case .repository(let repository) = self { repository } else { nil }
    }

    /// The file of this machine; nil for a repository.
    public var file: String? {
        if case .file(let path) = self { path } else { nil }
    }
}

extension CatalogueSource: Codable {
    /// Reads a path, as it was before there were repositories, or the keys of a repository.
    public init(from decoder: any Decoder) throws {
        if let path = try? decoder.singleValueContainer().decode(String.self) {
            self = .file(path)
        } else {
            self = .repository(try CatalogueRepository(from: decoder))
        }
    }

    /// Writes the same.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .file(let path):
            var container = encoder.singleValueContainer()
            try container.encode(path)
        case .repository(let repository): try repository.encode(to: encoder)
        }
    }
}

/// A git repository with a catalogue of notebooks.
public struct CatalogueRepository: SettingSection, Codable, Hashable {
    /// Its address; nil only where somebody left it out, which is refused.
    public var repository: WebAddress?

    /// The branch; nil for the repository's own first one.
    public var branch: String?

    /// The data file, its path going from the repository's top.
    public var file = "catalogue.yaml"

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<CatalogueRepository>] = [
        Key("repository", \.repository, .optional(.parsed), "The address of a git repository."),
        Key("branch", \.branch, .optional(.text(1...200)), "The branch; left out, the repository's own first one."),
        Key("file", \.file, .innerFile, "The data file, from the repository's top on."),
    ]

    var faults: [SettingFault] {
        guard repository == nil else { return [] }
        return [SettingFault(key: "", found: "no repository", expected: "the address of one")]
    }
}

extension Format where Value == CatalogueSource? {
    /// A path, or a map that names a repository; it comes and goes without a restart.
    static var catalogueSource: Self {
        let (path, section) = (Format<String>.path(), Format<CatalogueRepository>.section)
        let expected = "a path, or a map with the key repository"
        var format = Format(
            expected: expected,
            kind: "path, or map",
            show: { source in
                switch source {
                case .file(let path): path
                case .repository(let repository): repository.repository?.text ?? ""
                case nil: ""
                }
            },
        ) { node, place, reader in
            switch node.content {
            case .text: return path.read(node, place, &reader).map { .some(.file($0)) }
            case .map: return section.read(node, place, &reader).map { .some(.repository($0)) }
            default:
                reader.report(at: node.place, key: place, found: node.found, expected: expected)
                return nil
            }
        }
        format.resolve = { source, base in
            guard var inner = source?.file else { return }
            path.resolve(&inner, base)
            source = .file(inner)
        }
        format.faults = { source in source?.repository.map(section.faults) ?? [] }
        format.members = section.members
        return format
    }
}
