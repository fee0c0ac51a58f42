/// What an openBIS says about itself (reference 4.5).
public struct OpenBISServerInformation: Sendable, Equatable {
    /// All of it by name, such as `authentication-service` and `openbis.support.email`.
    public let texts: [String: String]
    /// The version of the API, by which uploads and downloads differ.
    public let apiVersion: OpenBISAPIVersion

    /// The version of the server, such as `20.10.7`; nil if it isn't told.
    public var version: String? { texts["openbis-version"] }

    /// Whether people can make personal access tokens.
    public var allowsPersonalAccessTokens: Bool { texts["personal-access-tokens-enabled"]?.lowercased() == "true" }

    /// How long a personal access token is good at most; nil if it isn't told.
    public var longestPersonalAccess: Duration? { seconds("personal-access-tokens-max-validity-period") }

    /// How long before its end a personal access token should be replaced; nil if it isn't told.
    public var personalAccessWarning: Duration? { seconds("personal-access-tokens-validity-warning-period") }

    init(_ value: JSONValue) throws(Misfit) {
        var texts: [String: String] = [:]
        for (name, value) in try value.asMembers() {
            if let text = value.plainText { texts[name] = text }
        }
        guard let version = texts["api-version"].flatMap(OpenBISAPIVersion.init) else { throw Misfit("api-version") }
        self.texts = texts
        apiVersion = version
    }

    private func seconds(_ name: String) -> Duration? {
        texts[name].flatMap { UInt32($0) }.map { .seconds(Int64($0)) }
    }
}

/// The version of the V3 API, such as 3.5, 3.6 or 7.0.
public struct OpenBISAPIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Before the dot.
    public let major: Int
    /// Behind the dot.
    public let minor: Int

    /// As it is written.
    public var description: String { "\(major).\(minor)" }

    /// Whether datasets are registered by `createUploadedDataSet`, and not in the way of the first API.
    var registersUploads: Bool { self >= Self(major: 3, minor: 6) }

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `3.6`, and of longer ones the first two numbers.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).prefix(2).map { UInt16($0) }
        guard let major = parts.first ?? nil else { return nil }
        guard parts.count == 2 else {
            self.init(major: Int(major), minor: 0)
            return
        }
        guard let minor = parts[1] else { return nil }
        self.init(major: Int(major), minor: Int(minor))
    }

    /// By the first number, then by the second.
    ///
    /// - Parameters:
    ///   - left: one.
    ///   - right: another.
    /// - Returns: whether the left one is older.
    public static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
