import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

@testable import CarrelHub

/// The pages about new accounts and new passwords, in the states that people see.
enum NewcomerSamples {
    private static func stranger(_ notice: Notice? = nil) -> PageFrame {
        PagesSamples.frame(user: nil, notice: notice)
    }

    private static func newcomer(_ number: Int, _ name: String, email: String?) -> AdminPage.Newcomer {
        AdminPage.Newcomer(
            id: "\(number)",
            name: name,
            email: email,
            address: number.isMultiple(of: 2) ? "192.0.2.17" : "2001:db8::7",
            asked: TimeText(PagesSamples.before(Double(number) * 50_000), now: PagesSamples.now),
            answerURL: PageLink("/hub/admin/sign-ups/\(number)"),
        )
    }

    private static func admin(_ newcomers: [AdminPage.Newcomer]) -> AdminPage {
        AdminPage(view: AdminView(), rows: [], count: 0, wishes: [], newcomers: newcomers, strength: .hard)
    }

    private static func user(
        link: String? = nil,
        isOpen: Bool = false,
        isDisabled: Bool = false,
        codesLeft: Int? = nil,
    ) -> (page: any Page, frame: PageFrame)? {
        guard let name = try? UserName(normalizing: "ada") else { return nil }
        var user = UserRecord(
            name: name,
            passwordHash: "x",
            mustChangePassword: false,
            isAdmin: true,
            createdAt: PagesSamples.before(9_000_000),
        )
        (user.isDisabled, user.email, user.lastActivityAt) = (isDisabled, "ada@example.org", PagesSamples.before(90))
        let open = PasswordLinkRecord(
            userId: 1,
            secretHash: "x",
            createdBy: "root",
            expiresAt: PagesSamples.now.addingTimeInterval(50_000),
        )
        let facts = UserPage.Facts(
            user: user,
            groups: ["climate", "soil"],
            codesLeft: codesLeft,
            link: isOpen ? open : nil,
        )
        return (UserPage(facts, link: link, now: PagesSamples.now), PagesSamples.frame(isAdmin: true))
    }

    private static let users: [(name: String, page: any Page, frame: PageFrame)] = [
        ("user", user(codesLeft: 9)),
        (
            "user-link",
            user(link: "https://hub.example.org/hub/reset#" + String(repeating: "0123456789abcdef", count: 4))
        ),
        ("user-link-open", user(isOpen: true)),
        ("user-disabled", user(isDisabled: true)),
    ].compactMap { name, shown in shown.map { (name, $0.page, $0.frame) } }

    static let all: [(name: String, page: any Page, frame: PageFrame)] =
        users + [
            ("reset", ResetPage(), stranger()),
            ("reset-gone", ResetPage(problem: AccountError.linkGone.message), stranger()),
            (
                "reset-password", ResetPasswordPage(userName: "ada", hasSecondFactor: true, minimumLength: 10),
                stranger()
            ),
            (
                "reset-password-wrong",
                ResetPasswordPage(
                    userName: "ada",
                    hasSecondFactor: false,
                    minimumLength: 10,
                    problem: "The two new passwords differ.",
                ),
                stranger()
            ),
            (
                "sign-in-sign-up", SignInPage(actionURL: "/hub/login", next: "/hub/home", signUp: .approval),
                stranger(.done("Your password is set. Sign in with it."))
            ),
            (
                "sign-in-waits",
                SignInPage(actionURL: "/hub/login", typedName: "ada", problem: .waits, signUp: .approval),
                stranger()
            ),
            ("sign-up", SignUpPage(needsApproval: false, minimumLength: 10), stranger()),
            (
                "sign-up-taken",
                SignUpPage(
                    needsApproval: true,
                    minimumLength: 10,
                    next: "/hub/enter/course",
                    typedName: "ada",
                    typedEmail: "ada@example.org",
                    problem: "The name ada, or one that looks like it, is taken. Choose another one.",
                ),
                stranger()
            ),
            ("signed-up", SignedUpPage(), stranger()),
            (
                "admin-newcomers",
                admin([
                    newcomer(1, "ada", email: "ada@example.org"),
                    newcomer(2, String(repeating: "m", count: 200), email: nil),
                ]),
                PagesSamples.frame(isAdmin: true)
            ),
            ("admin-nobody-new", admin([]), PagesSamples.frame(isAdmin: true)),
            (
                "account-email",
                AccountPage(
                    userName: "ada",
                    email: "ada@example.org",
                    passwordURL: "/hub/account/password",
                    minimumLength: 10,
                    sessions: [],
                    signOutOthersURL: "/hub/account/sign-out-others",
                ),
                PagesSamples.frame()
            ),
        ]
}
