/// What a proxy before this one says of the people whom it has signed in.
public struct HeaderSettings: Sendable, Equatable {
    /// The field with somebody's name.
    public var userHeader = ""

    /// The field with their address; nil for none.
    public var emailHeader: String?

    /// The field with the names of their groups, divided by commas; nil for none.
    public var groupsHeader: String?

    /// The field that shows that it was that proxy which said so.
    public var secretHeader = "X-Carrel-Secret"

    /// The file with what it must hold.
    public var secretFile: String?

    /// Where browsers go to sign out there too; nil where nothing is to be done.
    public var signOutURL: WebAddress?

    /// Makes those that an authenticator without keys has.
    public init() {}

    /// All fields, none of which anybody but the hub may see.
    public var fields: [String] { [userHeader, secretHeader] + [emailHeader, groupsHeader].compactMap(\.self) }

    var faults: [SettingFault] {
        [("secretHeader", secretHeader), ("emailHeader", emailHeader), ("groupsHeader", groupsHeader)]
            .compactMap { key, name in
                let same = name.map { name in fields.filter { $0.lowercased() == name.lowercased() }.count } ?? 0
                guard same > 1 else { return nil }
                return SettingFault(key: key, found: name ?? "", expected: "a header that no other key names")
            }
    }
}

extension Configuration {
    /// The fields of requests that nobody but the hub may see, in lower case, each once.
    public var privateFields: [String] {
        // The usual field for the secret always: a web server in front may send it before the hub is set up for it, and after.
        let fields = authenticators.filter { $0.kind == .header }.flatMap(\.header.fields)
        return Set((fields + [HeaderSettings().secretHeader]).map { $0.lowercased() }).sorted()
    }
}

extension AuthenticatorSettings {
    static let headerKeys: [Key<AuthenticatorSettings>] = [
        Key(
            "userHeader",
            \.header.userHeader,
            .fieldName,
            presence: .required,
            effect: .afterRestart,
            """
            The header with the name of whoever the proxy before this one has signed in, as `X-Remote-User`. It counts only \
            beside the secret.
            """,
        ),
        Key(
            "emailHeader",
            \.header.emailHeader,
            .optional(.fieldName),
            effect: .afterRestart,
            "The header with their address, by which they are recognised on pages.",
        ),
        Key(
            "groupsHeader",
            \.header.groupsHeader,
            .optional(.fieldName),
            effect: .afterRestart,
            "The header with the names of their groups, divided by commas.",
        ),
        Key(
            "secretHeader",
            \.header.secretHeader,
            .fieldName,
            effect: .afterRestart,
            "The header with the secret, which shows that it was that proxy which set the others.",
        ),
        Key(
            "secretFile",
            \.header.secretFile,
            .optional(.path()),
            presence: .required,
            "A file with the secret, readable by the hub only; 16 characters at least.",
        ),
        Key(
            "signOutURL",
            \.header.signOutURL,
            .optional(.parsed),
            "Where browsers go when somebody signs out, to sign out there too.",
        ),
    ]
}

extension Format where Value == String {
    /// The name of a field of requests (RFC 9110 §5.1) that has no other use.
    fileprivate static var fieldName: Self {
        scalar(expected: "the name of a header of its own, such as X-Remote-User", kind: "header", show: { $0 }) {
            text in
            guard text.wholeMatch(of: #/[A-Za-z][A-Za-z0-9\-]{2,59}/#) != nil else { return nil }
            let used = [
                "authorization", "cookie", "host", "connection", "content-length", "content-type", "transfer-encoding",
                "upgrade", "origin", "referer", "user-agent", "accept", "x-forwarded-for", "x-forwarded-proto",
                "x-forwarded-host", "x-forwarded-port", "x-request-id", "x-real-ip", "x-xsrftoken", "forwarded",
            ]
            return used.contains(text.lowercased()) ? nil : text
        }
    }
}
