/// The endpoint at which openBIS' electronic notebook puts a Jupyter notebook into somebody's home.
public struct OpenBISIntegrationSettings: SettingSection {
    /// The authenticator whose openBIS the tokens are of.
    public var authenticator = ""

    /// An address of its own; nil for none.
    public var listen: ListenAddress?

    /// The origins of the pages that may post here; none for openBIS' own.
    public var allowedOrigins: [AllowedOrigin] = []

    /// The largest notebook that is taken.
    public var largestNotebook = ByteCount(bytes: 100_000_000)

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<OpenBISIntegrationSettings>] = [
        Key(
            "authenticator",
            \.authenticator,
            .text(1...64),
            presence: .required,
            "The name of the authenticator whose openBIS it is.",
        ),
        Key(
            "listen",
            \.listen,
            .optional(.parsed),
            effect: .afterRestart,
            """
            An address for it alone, as openBIS' own service has one: `0.0.0.0:8123`. Every path there is the endpoint's, and \
            it speaks TLS if `proxy.tls` is set. With or without it the endpoint is at `/services/openbis/` of the hub's address.
            """,
        ),
        Key(
            "allowedOrigins",
            \.allowedOrigins,
            .list(of: .parsed, count: 0...50),
            """
            The origins of the pages that may post here, if they aren't those of openBIS' address: \
            `https://openbis.example.org`. `*` is every page, as with openBIS' own service; who posts needs a token in any case.
            """,
        ),
        Key(
            "largestNotebook",
            \.largestNotebook,
            .size(ByteCount(bytes: 1_000)...ByteCount(bytes: 2_000_000_000)),
            "The largest notebook that is taken.",
        ),
    ]
}

/// An origin of pages, or all of them.
public enum AllowedOrigin: Hashable, Sendable {
    /// Every page.
    case any
    /// The pages of one origin.
    case one(WebOrigin)
}

extension AllowedOrigin: SettingText {
    static let expected = "an origin without path, such as https://openbis.example.org, or *"
    static let kind = "URL without path, or `*`"

    /// Reads an origin or `*`; nil when the text is neither.
    public init?(text: String) {
        guard text != "*" else {
            self = .any
            return
        }
        guard let origin = WebOrigin(text: text) else { return nil }
        self = .one(origin)
    }

    /// As in the configuration.
    public var description: String {
        switch self {
        case .any: "*"
        case .one(let origin): origin.description
        }
    }
}
