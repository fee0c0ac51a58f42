import CarrelModel
import Foundation

/// The levels of openBIS' tree, in the words that people know (reference `openbis.md` 2.3).
enum OpenBISLevel: String, Sendable, CaseIterable {
    case space, project, collection, object, dataset

    /// At the head of a page.
    var word: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    /// At the head of a list.
    var plural: String { word + "s" }
    /// In links about new notebooks.
    var entity: String { rawValue.uppercased() }
    var icon: String { self == .dataset || self == .object ? "file" : "folder" }
}

/// Where the hub's pages about one openBIS are; each thing's own address stays the same for as long as it is there.
struct OpenBISPlaces: Sendable, Equatable {
    /// The authenticator's name in the configuration.
    let name: String

    /// All spaces.
    var top: String { "\(HubPath.openBISPages)\(name)/" }
    var search: String { top + "search" }
    var suggestions: String { top + "suggest" }

    /// Of a thing of that sort, by its permanent id; of a space, by its code.
    func page(_ level: OpenBISLevel, _ id: String) -> String { "\(top)\(level.rawValue)/\(id.queryValue)" }

    /// A project by its path, which leads to its own address.
    func project(at path: String) -> String { "\(top)project?path=\(path.queryValue)" }

    /// A folder of a dataset.
    func folder(_ path: String, of dataSet: String) -> String {
        "\(page(.dataset, dataSet))?folder=\(path.queryValue)"
    }

    /// What a file shows of itself.
    func view(_ path: String, of dataSet: String) -> String { file("view", path, dataSet) }

    /// The bytes of a file.
    func download(_ path: String, of dataSet: String) -> String { file("file", path, dataSet) }

    /// A picture, to be shown on a page of the session that has this value.
    func picture(_ path: String, of dataSet: String, xsrf: String) -> String {
        let address = file("picture", path, dataSet)
        return "\(address)&key=\(PictureKey.make(xsrf, for: address))"
    }

    private func file(_ what: String, _ path: String, _ dataSet: String) -> String {
        "\(page(.dataset, dataSet))/\(what)?path=\(path.queryValue)"
    }

    /// Where a notebook is begun.
    ///
    /// - Parameters:
    ///   - level: of what; nil for nothing particular.
    ///   - id: which one.
    ///   - template: the path of a notebook in that dataset, to be taken as a template.
    /// - Returns: the address of a form.
    func newNotebook(_ level: OpenBISLevel? = nil, _ id: String = "", template: String? = nil) -> String {
        guard let level else { return top + "new-notebook" }
        let from = template.map { "&template=\(id.queryValue)&file=\($0.queryValue)" } ?? ""
        return "\(top)new-notebook?entity=\(level.entity)&permId=\(id.queryValue)\(from)"
    }
}

extension HubPath {
    /// All openBIS that somebody may browse.
    static let openBISPages = prefix + "openbis/"
}
