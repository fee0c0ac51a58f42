/// A group of keys of the configuration; its stored properties with their initial values are the truth.
protocol SettingSection: Equatable, Sendable {
    /// Makes the section that an empty file gives.
    init()

    /// The keys in the order in which they are documented.
    static var keys: [Key<Self>] { get }

    /// What is wrong between the keys, after each was found good by itself and all paths are absolute.
    var faults: [SettingFault] { get }

    /// Whether a key may or must be there, by what the others say.
    func standing(of key: Key<Self>) -> KeyStanding
}

/// Whether a key may be there.
enum KeyStanding: Sendable, Equatable {
    case required
    case optional
    /// What another key says has no use for it; what is expected instead.
    case unfit(expected: String)
}

extension SettingSection {
    var faults: [SettingFault] { [] }

    func standing(of key: Key<Self>) -> KeyStanding { key.isRequired ? .required : .optional }

    /// The faults of the section and of those inside it, keys named from the section on.
    var allFaults: [SettingFault] { Self.keys.flatMap { $0.faults(self) } + faults }

    /// Makes the paths of all keys absolute.
    mutating func resolvePaths(_ base: PathBase) {
        for key in Self.keys { key.resolve(&self, base) }
    }

    /// What differs between two sections, keys named from the section on.
    static func changes(from old: Self, to new: Self) -> [ConfigurationChange] {
        keys.flatMap { $0.changes(old, new) }
    }
}

/// A section of which the file may have several, each under a name that the operator chose.
protocol NamedSettingSection: SettingSection {
    /// The name.
    var name: String { get }

    /// Makes the section that a name without keys gives.
    init(name: String)
}

/// Something that is wrong between keys.
struct SettingFault: Sendable, Equatable {
    /// The key at which to look, named from the section on.
    let key: String
    let found: String
    let expected: String

    /// The same fault, its key named from one section further out.
    func inside(_ name: String) -> Self {
        SettingFault(key: key.isEmpty ? name : name + "." + key, found: found, expected: expected)
    }
}
