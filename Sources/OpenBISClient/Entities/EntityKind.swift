/// The sorts of things that openBIS has, with their words in names of classes and methods (reference 4.6).
enum EntityKind: Sendable, Hashable {
    case space
    case project
    case experiment
    case sample
    case dataSet

    /// In names of classes, such as `as.dto.dataset.DataSet`.
    private var folder: String {
        switch self {
        case .space: "space"
        case .project: "project"
        case .experiment: "experiment"
        case .sample: "sample"
        case .dataSet: "dataset"
        }
    }

    private var word: String {
        switch self {
        case .space: "Space"
        case .project: "Project"
        case .experiment: "Experiment"
        case .sample: "Sample"
        case .dataSet: "DataSet"
        }
    }

    var searchMethod: String { "search\(word)s" }
    var getMethod: String { "get\(word)s" }
    var hasType: Bool { [.experiment, .sample, .dataSet].contains(self) }
    /// Whether there are parents and children of the same sort.
    var hasDescent: Bool { self == .sample || self == .dataSet }

    /// A class of criteria, such as `as.dto.dataset.search.DataSetParentsSearchCriteria`.
    func criteria(_ part: String = "") -> String { "as.dto.\(folder).search.\(word)\(part)SearchCriteria" }

    /// The class of the criterion that there is none of this sort.
    var noneCriteria: String { "as.dto.\(folder).search.No\(word)SearchCriteria" }

    func fetchOptions(_ part: String = "FetchOptions") -> String { "as.dto.\(folder).fetchoptions.\(word)\(part)" }

    func permID(_ text: String) -> Parameter {
        .object("as.dto.\(folder).id.\(word)PermId", ["permId": .text(text)])
    }

    func identifier(_ text: String) -> Parameter {
        .object("as.dto.\(folder).id.\(word)Identifier", ["identifier": .text(text)])
    }
}
