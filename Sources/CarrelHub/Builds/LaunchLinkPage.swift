import CarrelModel
import Foundation

/// The form that makes launch links and their badges.
struct LaunchLinkPage: Page {
    struct Choice: Sendable, Equatable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    struct Made: Sendable, Equatable {
        let label: String
        let id: String
        let text: String
    }

    static let template = "launch-link"
    static let scripts = ["copy.js"]

    let title = "Launch link"
    let providers: [Choice]
    let repository: String
    let ref: String
    let place: String
    let isLab: Bool
    let problem: String?
    /// The link and its badges; nothing as long as there is no repository.
    let made: [Made]
    let url: PageLink?

    init(_ form: FormBody, providers: [LinkProvider], origin: String) {
        func field(_ name: String) -> String {
            (form[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let chosen = LinkProvider(rawValue: field("provider")) ?? .git
        self.providers = providers.map { provider in
            Choice(
                value: provider.rawValue,
                label: ProviderModel.of(provider).displayName,
                isChosen: provider == chosen,
            )
        }
        (repository, ref, place) = (field("repo"), field("ref"), field("path"))
        isLab = field("app") != "classic"
        guard !repository.isEmpty else {
            (made, url, problem) = ([], nil, nil)
            return
        }
        let spec = Self.spec(chosen, repository, ref)
        let query = place.isEmpty ? "" : "?\(isLab ? "labpath" : "filepath")=\(place.queryValue)"
        let path = "v2/\(chosen.rawValue)/\(spec)\(query)"
        let link = "\(origin)/\(path)"
        guard let read = try? LaunchLink("/\(path)", after: "/v2/"), read.provider == chosen else {
            problem = "This can't be made into a link. Check the repository."
            (made, url) = ([], nil)
            return
        }
        let badge = "\(origin)/badge_logo.svg"
        problem = nil
        url = PageLink(HubPath.prefix + path)
        made = [
            Made(label: "To send to people", id: "link", text: link),
            Made(label: "Badge in Markdown", id: "markdown", text: "[![Launch](\(badge))](\(link))"),
            Made(
                label: "Badge in HTML",
                id: "html",
                text: "<a href=\"\(link)\"><img src=\"\(badge)\" alt=\"Launch\"></a>"
            ),
            Made(label: "Badge in reStructuredText", id: "rst", text: ".. image:: \(badge)\n   :target: \(link)"),
        ]
    }

    /// What stands behind the provider in the link.
    static func spec(_ provider: LinkProvider, _ repository: String, _ ref: String) -> String {
        let ref = ref.isEmpty ? "HEAD" : ref.queryValue
        switch provider {
        case .gh, .gist: return "\(shortened(repository, of: provider))/\(ref)"
        case .gl: return "\(escaped(shortened(repository, of: provider)))/\(ref)"
        case .git: return "\(escaped(repository))/\(ref)"
        case .ckan: return escaped(repository)
        case .zenodo, .figshare, .dataverse, .hydroshare: return repository.queryValue
        }
    }

    /// A repository's address as its provider's own links name it: `https://github.com/a/b.git` is `a/b`.
    private static func shortened(_ repository: String, of provider: LinkProvider) -> String {
        guard let url = URL(string: repository), url.scheme != nil else { return repository }
        let path = url.path(percentEncoded: true).split(separator: "/").joined(separator: "/")
        return path.hasSuffix(".git") ? String(path.dropLast(4)) : path
    }

    private static func escaped(_ text: String) -> String { text.queryValue.replacing("/", with: "%2F") }
}
