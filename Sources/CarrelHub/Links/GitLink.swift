import Foundation

/// A link that puts a git repository into the server of whoever follows it, and the form that describes it.
///
/// The three kinds and their fields are those of nbgitpuller's link generator (reference egi 5.2): links that people have
/// keep their form. Pure: the same fields give the same link.
struct GitLink: Sendable, Equatable {
    /// Where the link leads first.
    enum Target: String, Sendable, CaseIterable {
        /// To this or another hub.
        case hub
        /// From a course in Canvas to a hub, by LTI.
        case canvas
        /// To a server that is built for the link.
        case binder
    }

    /// What opens what is pulled.
    enum App: String, Sendable, CaseIterable {
        case jupyterlab, classic, retrolab, rstudio, shiny, custom
    }

    /// What a field lacks.
    struct Problem: Sendable, Equatable {
        let field: String
        let message: String
    }

    var target = Target.hub
    /// The hub's address, or that of the Binder service.
    var hub = ""
    /// The server to use: the name of an instance; empty for the default one.
    var server = ""
    var repository = ""
    var branch = ""
    /// Of a Binder link: the repository that is pulled, if it isn't the one that describes the environment.
    var contentRepository = ""
    var contentBranch = ""
    /// The file to open, in the repository; empty for its folder.
    var file = ""
    var app = App.jupyterlab
    /// The address in the server, for ``App/custom``.
    var address = ""
    /// The folder to clone into; empty for one named like the repository.
    var folder = ""
    /// The only folder of the repository to fetch; empty for all of it.
    ///
    /// Ours, not nbgitpuller's.
    var onlyFolder = ""

    // MARK: What it gives

    /// What is missing or can't be, in the order of the form.
    var problems: [Problem] {
        var problems: [Problem] = []
        func check(_ field: String, _ isFine: Bool, _ message: String) {
            if !isFine { problems.append(Problem(field: field, message: message)) }
        }
        check("hub", Self.base(hub) != nil, "The address of a hub begins with https:// and names no page of it.")
        let form =
            "The address of a repository is such as https://github.com/USER/REPOSITORY or git@HOST:USER/REPOSITORY."
        check("repo", Self.isRepository(repository), form)
        if target == .binder {
            check("branch", !branch.isEmpty, "Binder needs a branch, a tag or a commit.")
            check("content-repo", contentRepository.isEmpty || Self.isRepository(contentRepository), form)
        }
        check("branch", !branch.hasPrefix("-") && !branch.contains(" "), "No branch can be called so.")
        check(
            "server",
            server.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" },
            "A server’s name has letters, digits and hyphens."
        )
        check(
            "sparse",
            Self.isFolder(onlyFolder),
            "A folder of the repository is named by its path in it, such as week-1/data."
        )
        return problems
    }

    /// The link; nil while there are problems.
    var link: String? {
        guard problems.isEmpty, let base = Self.base(hub) else { return nil }
        switch target {
        case .hub:
            let place = server.isEmpty ? "" : server + "/"
            return "\(base)/hub/user-redirect/\(place)git-pull?\(pull)"
        case .canvas:
            return "\(base)/hub/lti/launch?\(FormEncoding.text([("next", "/hub/user-redirect/git-pull?\(pull)")]))"
        case .binder:
            let whole = "\(base)/v2/\(binderSpecification)"
            guard !contentRepository.isEmpty else {
                return addressInServer.isEmpty ? whole : whole + "?" + FormEncoding.text([("urlpath", addressInServer)])
            }
            return whole + "?" + FormEncoding.text([("urlpath", "git-pull?\(pull)")])
        }
    }

    /// What nbgitpuller is told.
    private var pull: String {
        let (repo, branch) = target == .binder ? (contentRepository, contentBranch) : (repository, branch)
        var pairs = [("repo", repo)]
        if !addressInServer.isEmpty { pairs.append(("urlpath", addressInServer)) }
        if !branch.isEmpty { pairs.append(("branch", branch)) }
        if !folder.isEmpty { pairs.append(("targetPath", folder)) }
        if !onlyFolder.isEmpty { pairs.append(("sparse", onlyFolder)) }
        return FormEncoding.text(pairs)
    }

    /// Where to go in the server when all is there.
    private var addressInServer: String {
        let pulled = target == .binder ? contentRepository : repository
        // What Binder builds is the working folder itself.
        let clone = folder.isEmpty ? (pulled.isEmpty ? "" : Self.folderName(of: pulled)) : folder
        // Without a file to open, the folder is what people come for.
        let path = [clone, file.isEmpty ? onlyFolder : file].filter { !$0.isEmpty }.joined(separator: "/")
        switch app {
        case .jupyterlab: return "lab/tree/\(path)"
        case .classic: return "tree/\(path)"
        case .retrolab: return "retro/tree/\(path)"
        case .shiny: return "shiny/\(path)/"
        case .rstudio: return "rstudio/"
        case .custom: return address
        }
    }

    /// `gh/USER/REPOSITORY/BRANCH` and its like for other hosts (reference egi 6.1).
    private var binderSpecification: String {
        let branch = branch.queryValue
        let plain = repository.hasSuffix(".git") ? String(repository.dropLast(4)) : repository
        for (host, provider) in [("https://github.com/", "gh"), ("https://gitlab.com/", "gl")] {
            guard plain.hasPrefix(host) else { continue }
            let path = plain.dropFirst(host.count).split(separator: "/").joined(separator: "/")
            return provider == "gh" ? "gh/\(path)/\(branch)" : "gl/\(FormEncoding.escaped(path))/\(branch)"
        }
        return "git/\(FormEncoding.escaped(repository))/\(branch)"
    }

    // MARK: Addresses

    /// The last part of a repository's address: what `git clone` calls its folder, but for a `.git` that stays.
    static func folderName(of repository: String) -> String {
        var rest = Substring(repository)
        while rest.last == "/" { rest.removeLast() }
        return String(rest.split(whereSeparator: { $0 == "/" || $0 == ":" }).last ?? "")
    }

    /// Whether the server's side takes it as a folder inside a repository.
    private static func isFolder(_ text: String) -> Bool {
        !text.hasPrefix("-") && !text.split(separator: "/").contains("..")
            && !text.unicodeScalars.contains { $0.value < 32 || "*?[]\\\"!".unicodeScalars.contains($0) }
    }

    private static func isRepository(_ text: String) -> Bool {
        guard !text.contains(where: { $0.isWhitespace || $0.isNewline }) else { return false }
        return text.wholeMatch(of: /(?:git|https?):\/\/.+|git@.+:.+/) != nil
    }

    /// The hub's address without a slash at its end.
    private static func base(_ text: String) -> String? {
        guard let url = URLComponents(string: text), url.scheme == "https" || url.scheme == "http",
            url.host?.isEmpty == false, url.user == nil, url.query == nil, url.fragment == nil
        else { return nil }
        var rest = Substring(text)
        while rest.last == "/" { rest.removeLast() }
        return String(rest)
    }
}
