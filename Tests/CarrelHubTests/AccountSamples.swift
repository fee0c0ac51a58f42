import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

@testable import CarrelHub

/// The pages about protecting an account, in the states that people see.
enum AccountSamples {
    private static func secondFactor(since: Double?, left: Int = 10, problem: String? = nil, hasPassword: Bool = true)
        -> SecondFactorPage
    {
        SecondFactorPage(
            userName: "ada",
            hasPassword: hasPassword,
            since: since.map(PagesSamples.before),
            codesLeft: left,
            problem: problem,
            now: PagesSamples.now,
        )
    }

    private static var setups: [(name: String, page: any Page, frame: PageFrame)] {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        guard let read = try? TOTPSecret(text: secret),
            let code = try? QRCode(read.uri(issuer: "Carrel", account: "ada"))
        else { return [] }
        return [("second-factor-setup", nil), ("second-factor-setup-wrong", "The code is wrong, or was used before.")]
            .map { name, problem in
                let page = SecondFactorSetupPage(secret: secret, picture: code, offer: "e30=.0", problem: problem)
                return (name, page, PagesSamples.frame())
            }
    }

    private static func code(_ problem: SignInCodePage.Problem?) -> SignInCodePage {
        SignInCodePage(actionURL: "/hub/login/second-factor", next: "/hub/home", problem: problem)
    }

    private static let history: [SignInLine] = {
        let outcomes: [(SignInEventRecord.Way, SignInEventRecord.Outcome)] = [
            (.code, .done), (.password, .wrongCode), (.password, .codeAsked), (.password, .wrongPassword),
            (.password, .done), (.recoveryCode, .done), (.provider("egi"), .done), (.newAccount, .done),
            (.provider("egi"), .disabled),
        ]
        return outcomes.enumerated().map { index, one in
            var event = SignInEventRecord(
                userId: 1,
                at: PagesSamples.before(Double(index) * 50_000),
                address: index.isMultiple(of: 2) ? "192.0.2.17" : "2001:db8::7",
                userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                way: one.0,
                outcome: one.1,
            )
            event.count = one.1 == .wrongPassword ? 12 : 1
            return SignInLine(event, providers: [], now: PagesSamples.now)
        }
    }()

    private static func notMe(_ problem: String? = nil, hasPassword: Bool = true, tokens: Int = 2) -> NotMePage {
        NotMePage(
            userName: "ada",
            hasPassword: hasPassword,
            tokens: tokens,
            ways: hasPassword ? ["Ada Lovelace (Example University)"] : [],
            minimumLength: 10,
            problem: problem,
        )
    }

    static let all: [(name: String, page: any Page, frame: PageFrame)] =
        setups + [
            ("sign-in-code", code(nil), PagesSamples.frame(user: nil)),
            ("sign-in-code-refused", code(.refused), PagesSamples.frame(user: nil)),
            ("sign-in-code-throttled", code(.throttled(seconds: 40)), PagesSamples.frame(user: nil)),
            (
                "sign-in-code-failed", code(.failed(.secondFactorUnreadable(of: "ada"))),
                PagesSamples.frame(user: nil)
            ),
            ("second-factor-off", secondFactor(since: nil), PagesSamples.frame()),
            (
                "second-factor-wrong", secondFactor(since: nil, problem: "The current password is wrong."),
                PagesSamples.frame()
            ),
            ("second-factor-on", secondFactor(since: 90_000), PagesSamples.frame()),
            ("second-factor-low", secondFactor(since: 90_000, left: 1), PagesSamples.frame()),
            ("second-factor-elsewhere", secondFactor(since: nil, hasPassword: false), PagesSamples.frame()),
            (
                "recovery-codes",
                RecoveryCodesPage(codes: (2..<10).map { "k7xq-p4md-hz9a-cte\($0)" }),
                PagesSamples.frame()
            ),
            (
                "account-second-factor",
                AccountPage(
                    userName: "ada",
                    passwordURL: "/hub/account/password",
                    minimumLength: 10,
                    sessions: [],
                    signOutOthersURL: "/hub/account/sign-out-others",
                    secondFactor: AccountPage.SecondFactor(codesLeft: 9),
                ),
                PagesSamples.frame()
            ),
            ("not-me", notMe(), PagesSamples.frame()),
            ("not-me-wrong", notMe("The current password is wrong."), PagesSamples.frame()),
            ("not-me-elsewhere", notMe(hasPassword: false, tokens: 0), PagesSamples.frame()),
            (
                "account-history",
                AccountPage(
                    userName: "ada",
                    passwordURL: "/hub/account/password",
                    minimumLength: 10,
                    sessions: [],
                    signOutOthersURL: "/hub/account/sign-out-others",
                    history: history,
                ),
                PagesSamples.frame()
            ),
            (
                "account-no-second-factor",
                AccountPage(
                    userName: "ada",
                    passwordURL: "/hub/account/password",
                    minimumLength: 10,
                    sessions: [],
                    signOutOthersURL: "/hub/account/sign-out-others",
                    secondFactor: AccountPage.SecondFactor(codesLeft: nil),
                ),
                PagesSamples.frame()
            ),
        ]
}
