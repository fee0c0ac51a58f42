import Foundation

/// What a launch link stands for: the answer of `carrel-build-repository resolve`.
public struct ResolvedLink: Codable, Sendable, Equatable {
    /// The kind of link.
    public var provider: String
    /// The repository's address; of a record, what the link said of it.
    public var repository: String
    /// The branch, tag or commit of the link; nil where there is no such thing.
    public var ref: String?
    /// The commit, 40 hexadecimal digits; of a record, its version.
    public var commit: String
    /// Where a person sees it in a browser.
    public var web: String
    /// A short name for people and files.
    public var slug: String
    /// Changes when the same commit would be built otherwise.
    public var recipe: String

    /// What the files are called in a home that lasts: another commit is another folder, as each is somebody's work.
    public var folderName: String {
        let isAddress = repository.contains("://")
        let last = isAddress ? repository.split(separator: "/").last.map(String.init) ?? slug : slug
        let name = last.hasSuffix(".git") ? String(last.dropLast(4)) : last
        let plain = (name.removingPercentEncoding ?? name).map { character in
            character.isASCII && (character.isLetter || character.isNumber || "_.".contains(character))
                ? character : "-"
        }
        let begin = String(plain.drop { "-_.".contains($0) }.prefix(40))
        return "\(begin.isEmpty ? "repository" : begin)-\(commit.filter(\.isHexDigit).prefix(7))"
    }

    enum CodingKeys: String, CodingKey {
        case provider, repository, ref, commit, slug, recipe
        case web = "ref_url"
    }

    /// Joins the parts.
    public init(
        provider: String,
        repository: String,
        ref: String?,
        commit: String,
        web: String,
        slug: String,
        recipe: String,
    ) {
        self.provider = provider
        self.repository = repository
        self.ref = ref
        self.commit = commit
        self.web = web
        self.slug = slug
        self.recipe = recipe
    }
}

/// A line that the builder prints while it builds.
public struct BuilderLine: Codable, Sendable, Equatable {
    /// `fetching`, `building`, `built` or `failed`; `unknown` for what isn't JSON.
    public var phase: String
    /// What happens, with a line end or a carriage return.
    public var message: String

    /// Makes a line.
    public init(phase: String, message: String) {
        self.phase = phase
        self.message = message
    }

    /// Reads a line; what isn't JSON is told as it is.
    init(reading text: String) {
        guard let line = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
            self.init(phase: "unknown", message: text + "\n")
            return
        }
        self = line
    }
}

/// Why a link can't be followed, or a build came to nothing, in the builder's words.
public struct BuilderProblem: Error, Codable, Sendable, Equatable {
    /// For programs, such as `repository.ref`.
    public var code: String
    /// What is wrong.
    public var message: String
    /// What to do about it.
    public var remedy: String

    /// Names a problem.
    public init(code: String, message: String, remedy: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// One text of both.
    public var text: String { remedy.isEmpty ? message : "\(message) \(remedy)" }
}
