/// Local accounts: sessions, passwords and wrong passwords.
public struct AccountSettings: SettingSection {
    /// How long somebody stays signed in.
    public var sessionLifetime: Duration = .seconds(14 * 86400)

    /// The fewest characters of a password.
    public var minimumPasswordLength = 10

    /// How many wrong passwords are answered at once.
    public var failuresBeforeDelay = 5

    /// The longest wait after a wrong password.
    public var longestDelay: Duration = .seconds(900)

    /// How many visitors without an account there may be at once.
    public var mostVisitors = 500

    /// How many of them may come from one address.
    public var mostVisitorsPerAddress = 60

    /// Whether the sign-in page asks for the name and password of a local account.
    public var localForm = true

    /// The groups whose members may make instances; admins may in any case.
    public var instanceMakers: [String] = []

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<AccountSettings>] = [
        Key(
            "sessionLifetime",
            \.sessionLifetime,
            .duration(.seconds(300)...(.seconds(365 * 86400))),
            "How long somebody stays signed in in a browser. Sessions that are open keep the time they were given.",
        ),
        Key(
            "minimumPasswordLength",
            \.minimumPasswordLength,
            .number(8...128),
            "The fewest characters of a new password.",
        ),
        Key(
            "failuresBeforeDelay",
            \.failuresBeforeDelay,
            .number(1...100),
            "After so many wrong passwords, for one account or from one address, the next try must wait: twice as long each time.",
        ),
        Key("longestDelay", \.longestDelay, .duration(.seconds(1)...(.seconds(86400))), "The longest such wait."),
        Key(
            "mostVisitors",
            \.mostVisitors,
            .number(0...10_000),
            "How many visitors there may be at once: people without an account, in instances of kind `ephemeral`.",
        ),
        Key(
            "mostVisitorsPerAddress",
            \.mostVisitorsPerAddress,
            .number(0...10_000),
            "How many of them may come from one address, which a whole class may share.",
        ),
        Key(
            "localForm",
            \.localForm,
            .flag,
            """
            Whether the sign-in page asks for name and password of a local account. With `false`, where there are \
            `authenticators`, `/hub/login?form=local` still does, for admins.
            """,
        ),
        Key(
            "instanceMakers",
            \.instanceMakers,
            .list(of: .groupName, count: 0...100),
            """
            The groups whose members may make instances on a page, each a manager of what they make, with limits up to \
            those of `servers` and `storage`. Left out, only admins make instances.
            """,
        ),
    ]
}
