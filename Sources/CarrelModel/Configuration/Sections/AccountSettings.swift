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

    /// Whether people may make accounts by themselves.
    public var signUp = SignUpPolicy.never

    /// How many people may sign up from one address within a day.
    public var mostSignUpsPerAddress = 5

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
            "signUp",
            \.signUp,
            .choice,
            """
            Whether people may make an account of the hub by themselves, at `/hub/sign-up`: `approval` has them wait until \
            an admin approves it, at most 100 at once and 14 days long; `open` gives it to everybody who asks.
            """,
        ),
        Key(
            "mostSignUpsPerAddress",
            \.mostSignUpsPerAddress,
            .number(1...10_000),
            "How many people may sign up from one address within a day; of IPv6, from one network of 64 bits.",
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

    var faults: [SettingFault] {
        guard !localForm, signUp != .never else { return [] }
        let expected = "never, as localForm is false and who signs up has a name and a password to sign in with"
        return [SettingFault(key: "signUp", found: signUp.rawValue, expected: expected)]
    }
}
