public import CarrelModel

/// A folder that several people use and that belongs to none of them.
public enum CommonFolder: Sendable, Hashable {
    /// A group's project folder.
    case project(GroupName)
    /// A shared folder of the operator that Carrel keeps; its name is one the configuration takes.
    case shared(String)
    /// The folder that the managers of an instance write and everybody in it reads.
    case handOut(InstanceName)

    /// Its name, a plain file name.
    public var name: String {
        switch self {
        case .project(let group): group.text
        case .shared(let name): name
        case .handOut(let instance): instance.text
        }
    }

    /// The folder in each project folder in which only data managers and managers write.
    public static let store = "store"

    /// The folder of all of this kind, in that of all homes.
    ///
    /// It is closed to all but the hub: only who is given a folder itself comes to what is in it.
    var parent: String {
        switch self {
        case .project: ".projects"
        case .shared: ".shared"
        case .handOut: ".hand-outs"
        }
    }

    /// All that are in the folder of all homes.
    static func all(in homes: Descriptor) -> [CommonFolder] {
        names(".projects", in: homes).compactMap { (try? GroupName($0)).map { .project($0) } }
            + names(".shared", in: homes).filter(\.isFileName).map { .shared($0) }
            + names(".hand-outs", in: homes).compactMap { (try? InstanceName($0)).map { .handOut($0) } }
    }

    private static func names(_ parent: String, in homes: Descriptor) -> [String] {
        guard let folder = homes.child(parent) else { return [] }
        return DirectoryEntry.names(in: folder).map { String(nulTerminated: $0) }.sorted()
    }
}
