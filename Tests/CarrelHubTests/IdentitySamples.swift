import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import OpenBISClient

@testable import CarrelHub

/// The pages about providers that people sign in with, in the states that people see.
enum IdentitySamples {
    private static var checkin: AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "egi")
        settings.title = "EGI Check-in"
        settings.logo = "/etc/carrel/egi.svg"
        settings.members = ["vo.rivers.eu:*", "vo.rivers.eu:role=member", "vo.lakes.eu"]
        settings.enrolment = WebAddress(text: "https://aai.egi.eu/registry/co_petitions/start")
        return settings
    }

    private static var university: AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "university")
        settings.title = "University of Hydrology & <Rivers>"
        return settings
    }

    private static var directory: AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "institute")
        (settings.kind, settings.title) = (.ldap, "Institute of Lakes & <Ponds>")
        settings.allowedGroups = ["staff", "guests"]
        return settings
    }

    private static var portal: AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "portal")
        (settings.kind, settings.title) = (.header, "Portal of the Institute")
        return settings
    }

    static var laboratory: AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "lab")
        (settings.kind, settings.title) = (.openbis, "openBIS of the Institute")
        settings.openBIS.url = "https://openbis.example.org"
        return settings
    }

    private static func tie(_ token: String?, isOver: Bool = false) -> OpenBISTie {
        var grant = token.flatMap { try? OpenBISToken($0) }
            .map { OpenBISGrant($0, of: "Carl-Otto.B", origin: .brought) }
        grant?.isOver = isOver
        let identity = IdentityRecord(
            userId: 1,
            provider: "lab",
            subject: "Carl-Otto.B",
            label: "Carl-Otto.B",
            createdAt: PagesSamples.before(300),
        )
        return OpenBISTie(settings: laboratory, identity: identity, grant: grant)
    }

    private static let session = "Carl-Otto.B-240101120000000x0123456789ABCDEF0123456789ABCDEF"

    private static let ada = AuthenticatedPerson(
        subject: "ada@egi.eu",
        label: "ada@example.org",
        names: ["ada"],
        entitlements: [],
    )

    private static let form = OnwardForm(
        action: "https://aai.egi.eu/logout",
        fields: [OnwardForm.Field(name: "id_token_hint", value: "a.b.c")],
    )

    private static var missing: any Page {
        var settings = InstanceSettings(name: "lakes")
        (settings.title, settings.entry, settings.groups) = ("Lakes of Europe", [.group], ["lakes", "rivers"])
        let memberships = ["lakes", "rivers"].map { name in
            var membership = MembershipSettings(name: name)
            (membership.title, membership.group) = ("VO of \(name)", name)
            membership.enrolment = WebAddress(text: "https://aai.egi.eu/enrol-\(name)")
            return membership
        }
        guard let record = try? InstanceRecord(settings, origin: .file, createdAt: PagesSamples.now),
            let page = MembershipMissingPage(record, memberships)
        else { return ErrorPage(status: 500, requestID: "no sample") }
        return page
    }

    static let all: [(name: String, page: any Page, frame: PageFrame)] = [
        (
            "sign-in-ways",
            SignInPage(actionURL: "/hub/login", next: "/hub/spawn/ada", ways: [checkin, university]),
            PagesSamples.frame(user: nil)
        ),
        (
            "sign-in-ways-only",
            SignInPage(actionURL: "/hub/login", ways: [checkin], hasForm: false),
            PagesSamples.frame(user: nil)
        ),
        (
            "sign-in-directory",
            SignInPage(actionURL: "/hub/login", next: "/hub/spawn/ada", ways: [checkin, directory]),
            PagesSamples.frame(user: nil)
        ),
        (
            "sign-in-directory-only",
            SignInPage(actionURL: "/hub/login", ways: [directory], hasForm: false),
            PagesSamples.frame(user: nil)
        ),
        (
            "sign-in-directory-wrong",
            SignInPage(
                actionURL: "/hub/login",
                typedName: "ada",
                tried: "institute",
                problem: .refused,
                ways: [checkin, directory],
            ),
            PagesSamples.frame(user: nil)
        ),
        (
            "sign-in-directory-down",
            SignInPage(
                actionURL: "/hub/login",
                typedName: "ada",
                tried: "institute",
                problem: .elsewhere("Institute of Lakes doesn’t answer.", remedy: "Try again in a minute."),
                ways: [directory],
            ),
            PagesSamples.frame(user: nil)
        ),
        (
            "sign-in-proven",
            SignInPage(actionURL: "/hub/login", next: "/hub/home", ways: [checkin, portal], proven: ["portal": ada]),
            PagesSamples.frame(user: nil)
        ),
        (
            "onward-portal",
            OnwardPage(signedOutOf: "Portal", at: "https://portal.example.org/sign-out"),
            PagesSamples.frame(user: nil)
        ),
        (
            "other-way",
            OtherWayPage(
                "Lakes of Europe",
                [
                    WantedWay(authenticator: "egi", title: "EGI Check-in", start: .there),
                    WantedWay(authenticator: nil, title: "an account of this hub", start: .form),
                ],
                next: "/hub/enter/lakes",
            ),
            PagesSamples.frame()
        ),
        ("other-way-gone", OtherWayPage("Lakes of Europe", [], next: "/hub/enter/lakes"), PagesSamples.frame()),
        (
            "sign-in-openbis",
            SignInPage(actionURL: "/hub/login", next: "/hub/spawn/ada", ways: [laboratory]),
            PagesSamples.frame(user: nil)
        ),
        ("token-link", TokenLinkPage(laboratory, person: "Carl-Otto.B", present: nil), PagesSamples.frame(user: nil)),
        ("token-link-other", TokenLinkPage(laboratory, person: "bob", present: "ada"), PagesSamples.frame()),
        ("openbis-token", OpenBISTokenPage(tie(session), now: PagesSamples.now), PagesSamples.frame()),
        (
            "openbis-token-shown",
            OpenBISTokenPage(tie("$pat-" + session), showsToken: true, now: PagesSamples.now),
            PagesSamples.frame()
        ),
        (
            "openbis-token-over",
            OpenBISTokenPage(
                tie(session, isOver: true),
                problem: "That isn’t your password at openBIS.",
                now: PagesSamples.now,
            ),
            PagesSamples.frame()
        ),
        ("sign-in-no-account", SignInRefusedPage(.notKnown, at: laboratory, ada), PagesSamples.frame(user: nil)),
        ("sign-in-not-in-group", SignInRefusedPage(.outsider, at: directory, ada), PagesSamples.frame(user: nil)),
        ("add-way", AddWayPage(checkin, typedName: "ada", problem: "The password is wrong."), PagesSamples.frame()),
        ("sign-in-outsider", SignInRefusedPage(.outsider, at: checkin, ada), PagesSamples.frame(user: nil)),
        ("sign-in-taken", SignInRefusedPage(.taken("ada"), at: university, ada), PagesSamples.frame(user: nil)),
        (
            "sign-in-nameless",
            SignInRefusedPage(.nameless([.slash]), at: checkin, ada),
            PagesSamples.frame(user: nil)
        ),
        (
            "sign-in-there-down",
            SignInRefusedPage(.unreachable("EGI Check-in"), retry: "egi", next: "/hub/home"),
            PagesSamples.frame(user: nil)
        ),
        (
            "onward",
            OnwardPage(to: "EGI Check-in", url: "https://aai.egi.eu/auth?client_id=carrel&state=0123456789abcdef"),
            PagesSamples.frame()
        ),
        ("onward-out", OnwardPage(signedOutOf: "EGI Check-in", form), PagesSamples.frame(user: nil)),
        ("membership-missing", missing, PagesSamples.frame()),
        (
            "account-ways",
            AccountPage(
                userName: "ada",
                passwordURL: nil,
                minimumLength: 10,
                sessions: [],
                signOutOthersURL: "/hub/account/sign-out-others",
                ways: [
                    AccountPage.Way(
                        title: "EGI Check-in",
                        label: "ada@example.org",
                        since: TimeText(PagesSamples.before(90_000), now: PagesSamples.now),
                        hasLapsed: true,
                        addURL: nil,
                        removeURL: "/hub/account/ways/egi/remove",
                    ),
                    AccountPage.Way(
                        title: "University",
                        label: nil,
                        since: nil,
                        hasLapsed: false,
                        addURL: "/hub/account/ways/university/add",
                        removeURL: nil,
                    ),
                ],
            ),
            PagesSamples.frame()
        ),
    ]
}
