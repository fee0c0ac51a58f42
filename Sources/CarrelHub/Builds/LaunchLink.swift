import CarrelModel
import Foundation

/// A launch link: `PROVIDER/SPEC?query` as it stands behind `/v2/` and `/build/` (reference egi 6.1).
struct LaunchLink: Equatable {
    let provider: LinkProvider
    /// What follows the provider, escaped as it came.
    let spec: String
    /// Where to go in the server when it is ready, relative to its address; escaped, perhaps with a query.
    let place: String

    /// Reads a link.
    ///
    /// - Parameters:
    ///   - uri: the path and query of the request, escaped as they came.
    ///   - prefix: what stands before the provider.
    /// - Throws: ``LaunchError`` for what is no link.
    init(_ uri: String, after prefix: String) throws(LaunchError) {
        let rest = uri.dropFirst(prefix.count)
        let path = rest.prefix { $0 != "?" }
        let parts = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let provider = LinkProvider(rawValue: String(name)) else {
            throw .noProvider(String(parts.first ?? "").prefix(40).description)
        }
        guard parts.count == 2, !parts[1].isEmpty, parts[1].utf8.count <= 2000 else { throw .noSpec }
        self.provider = provider
        spec = String(parts[1])
        place = Self.place(in: String(rest.dropFirst(path.count)))
    }

    /// What the hub calls it, and programs in the server: `v2/gh/org/repo/main`.
    var request: String { "v2/\(provider.rawValue)/\(spec)" }

    /// `labpath` and `filepath`, which are older, win over `urlpath`.
    private static func place(in query: String) -> String {
        let items = URLComponents(string: "/" + query)?.queryItems ?? []
        func value(_ name: String) -> String? { items.first { $0.name == name }?.value }
        if let path = value("labpath") { return safe("doc/tree/" + escaped(path)) }
        if let path = value("filepath") { return safe("tree/" + escaped(path)) }
        return safe(value("urlpath") ?? "")
    }

    private static func escaped(_ path: String) -> String {
        path.drop { $0 == "/" }.description.queryValue
    }

    /// Leads to a place in the server, never out of it.
    private static func safe(_ place: String) -> String {
        let relative = String(place.drop { $0 == "/" || $0 == "\\" })
        let path = relative.prefix { $0 != "?" && $0 != "#" }
        let plain = (path.removingPercentEncoding ?? "..").replacing("\\", with: "/")
        return plain.split(separator: "/").contains { $0 == ".." || $0 == "." } ? "" : relative
    }
}

/// Why there is no launch.
enum LaunchError: CarrelError, Equatable {
    /// There is no such kind of link.
    case noProvider(String)
    /// The operator doesn't follow this kind of link.
    case notFollowed(LinkProvider)
    /// The link names no repository.
    case noSpec
    /// There are no launch links here.
    case off
    /// Whoever asks must go through a page first: to sign in, or to agree to terms.
    case page(String)
    /// They have a server already that isn't this one.
    case running(open: String)
    /// Only an environment was asked for, without a server.
    case buildOnly
    /// What happened on the way, in words of its own.
    case failed(String)

    var code: String {
        switch self {
        case .noProvider: "launch.noProvider"
        case .notFollowed: "launch.notFollowed"
        case .noSpec: "launch.noSpec"
        case .off: "launch.off"
        case .page: "launch.page"
        case .running: "launch.running"
        case .buildOnly: "launch.buildOnly"
        case .failed: "launch.failed"
        }
    }

    var message: String {
        switch self {
        case .noProvider(let name): "“\(name)” isn't a kind of launch link."
        case .notFollowed(let provider): "Links of the kind \(provider.rawValue) aren't followed here."
        case .noSpec: "The launch link names no repository."
        case .off: "There are no launch links here."
        case .page: "You have to come in first."
        case .running: "You already have a running server."
        case .buildOnly: "Environments aren't built here without being launched."
        case .failed(let message): message
        }
    }

    var remedy: String {
        switch self {
        case .noProvider, .noSpec: "Check the link; the page of launch links makes new ones."
        case .notFollowed: "Use a link to the repository itself: git/ and its escaped address."
        case .off: "Ask the operator, who names an instance for them: binder.instance."
        case .page(let path): "Open \(path) in a browser, or use a token of your account."
        case .running: "Go on in it, or stop it and launch again."
        case .buildOnly: "Leave build_only out."
        case .failed: ""
        }
    }

    /// The status that goes with it.
    var status: Int {
        switch self {
        case .noProvider, .noSpec, .off, .notFollowed: 404
        case .page: 403
        case .running: 409
        case .buildOnly: 400
        case .failed: 500
        }
    }
}
