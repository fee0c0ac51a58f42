/// Where an openBIS is, and how people come here from its pages.
public struct OpenBISAddressSettings: Sendable, Equatable {
    /// Its address, without a slash at the end, under which servers know it as well.
    public var url = ""

    /// Whether the hub makes sure that it is the one it should be; servers do so in any case.
    public var verifyCertificates = true

    /// The origins of the pages whose links sign people in without asking them; none for that of ``url``.
    public var linkOrigins: [WebOrigin] = []

    /// Whether people whom it knows, and the hub doesn't, get an account.
    public var newAccounts = true

    /// Whether the hub keeps sessions there from ending by time as long as somebody works here.
    public var keepAlive = true

    /// Whether signing out here ends the session there, too.
    public var signOutThere = false

    /// Makes those that an authenticator without keys has.
    public init() {}

    /// The origins of the pages whose links sign people in without asking them.
    public var trustedOrigins: [WebOrigin] {
        linkOrigins.isEmpty ? [WebOrigin(text: url)].compactMap(\.self) : linkOrigins
    }
}

extension AuthenticatorSettings {
    static let openBISKeys: [Key<AuthenticatorSettings>] = [
        Key(
            "url",
            \.openBIS.url,
            .openBISAddress,
            presence: .required,
            """
            Where the openBIS is, as browsers and servers reach it: `https://openbis.example.org`. Servers get it as `OPENBIS_URL`.
            """,
        ),
        Key(
            "verifyCertificates",
            \.openBIS.verifyCertificates,
            .flag,
            """
            Whether the hub makes sure by its certificate that it is the one it should be; programs in servers do so in any \
            case. Give a `certificateAuthority` rather than leave it out: without it whoever is between may read passwords, and sign in as anybody.
            """,
        ),
        Key(
            "linkOrigins",
            \.openBIS.linkOrigins,
            .list(of: .parsed, count: 0...20),
            """
            The origins of the pages whose links with a token sign people in at once. Who comes by such a link from elsewhere is \
            asked first. None for that of `url`.
            """,
        ),
        Key(
            "newAccounts",
            \.openBIS.newAccounts,
            .flag,
            "Whether people whom openBIS knows, and the hub doesn't yet, get an account by signing in, or by making a notebook there.",
        ),
        Key(
            "keepAlive",
            \.openBIS.keepAlive,
            .flag,
            """
            Whether the hub keeps people's sessions there from ending for want of use, by a question at each `refresh`, as long as \
            they are signed in here or have a server.
            """,
        ),
        Key(
            "signOutThere",
            \.openBIS.signOutThere,
            .flag,
            """
            Whether signing out here ends the session there, too. Sessions that began there, in the electronic notebook, end then \
            as well.
            """,
        ),
    ]
}
