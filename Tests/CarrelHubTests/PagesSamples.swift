import CarrelModel
import Foundation

@testable import CarrelHub

/// Page values with every field filled, for the tests and for looking at pages.
enum PagesSamples {
    static let now = Date(timeIntervalSince1970: 1_795_000_000)

    static func before(_ seconds: TimeInterval) -> Date { now.addingTimeInterval(-seconds) }

    static func frame(
        user: String? = "ada",
        isAdmin: Bool = false,
        notice: Notice? = nil,
        announcement: String? = nil,
        prefix: String = "/hub/"
    ) -> PageFrame {
        PageFrame(
            links: HubLinks(prefix: prefix),
            userName: user,
            isAdmin: isAdmin,
            xsrf: "2|x-s_r=f",
            notice: notice,
            announcement: announcement,
            version: "0.1.0"
        )
    }

    static func links(_ name: String) -> ServerCard.Links {
        ServerCard.Links(
            open: PageLink("/user/ada/\(name)"),
            start: PageLink("/hub/spawn/ada/\(name)"),
            stop: PageLink("/hub/stop/ada/\(name)"),
            cancel: PageLink("/hub/cancel/ada/\(name)"),
            progress: PageLink("/hub/spawn-pending/ada/\(name)"),
            log: PageLink("/hub/log/ada/\(name)")
        )
    }

    static let log = """
        [I 2026-11-21 04:27:01.113 ServerApp] jupyter_server_fileid | extension was successfully loaded.
        [I 2026-11-21 04:27:01.342 ServerApp] jupyterlab | extension was successfully loaded.
        \u{1B}[33m[W 2026-11-21 04:27:02.001 ServerApp]\u{1B}[m The home directory is nearly full: 19.8 of 20 GB.
        Traceback (most recent call last):
          File "/environment/bin/jupyterhub-singleuser", line 8, in <module>
            sys.exit(main())
        OSError: [Errno 28] No space left on device: '/home/ada/.local/share/jupyter/runtime'

        """

    static let failure = FailureNotice(
        message: "The server ended before it answered: there is no space left in your home.",
        remedy: "Download or delete files you no longer need, then start it again.",
        log: log,
        at: before(130),
        now: now
    )

    static func card(
        _ name: String,
        _ state: ServerCard.State,
        since: TimeInterval? = 200,
        failure: FailureNotice? = nil,
        use: ServerUse? = nil,
    ) -> ServerCard {
        ServerCard(
            id: name,
            displayName: name.isEmpty ? "JupyterLab" : name,
            state: state,
            since: since.map(before),
            lastActivity: before(65),
            links: links(name),
            failure: failure,
            use: use,
            now: now
        )
    }

    private static var folders: [HomePage.Folder] {
        var datasets = SharedFolderSettings(name: "datasets")
        datasets.title = "Gauges since 1950"
        datasets.description = "Daily means of all gauges, corrected."
        var exchange = SharedFolderSettings(name: "exchange")
        exchange.access = .readWrite
        return [datasets, exchange].map { HomePage.Folder($0) }
    }

    static let home = HomePage(cards: [
        card("", .ready, since: 3 * 3_600), card("climate-model", .queued(place: 3), since: 40),
        card("teaching", .starting, since: 4), card("archive", .stopped, since: 6 * 86_400),
        card("large", .failed, failure: failure), card("old", .stopping, since: 2),
    ])

    static func start(_ phase: StartPage.Phase, messages: [String] = []) -> StartPage {
        StartPage(
            serverName: "JupyterLab",
            phase: phase,
            messages: messages,
            progressURL: "/hub/api/users/ada/server/progress?_xsrf=x",
            serverURL: "/user/ada/lab?reset",
            cancelURL: "/hub/cancel/ada",
            retryURL: "/hub/spawn/ada",
            logURL: "/hub/log/ada",
            next: "/user/ada/lab?a=1&b=2"
        )
    }

    private static func session(_ agent: String, _ address: String, _ age: TimeInterval, isThisOne: Bool = false)
        -> AccountPage.Session
    {
        AccountPage.Session(
            isThisOne: isThisOne,
            userAgent: agent,
            address: address,
            signedIn: before(age * 20),
            lastSeen: before(age),
            signOutURL: "/hub/account/sessions/7/sign-out",
            now: now
        )
    }

    static func account(passwordURL: PageLink? = "/hub/password", problem: String? = nil) -> AccountPage {
        AccountPage(
            userName: "ada",
            groups: ["climate", "soil"],
            passwordURL: passwordURL,
            minimumLength: 10,
            problem: problem,
            sessions: [
                session(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604",
                    "10.3.0.9",
                    9_000
                ),
                session(
                    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                    "192.0.2.17",
                    2,
                    isThisOne: true
                ),
                session(
                    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0",
                    "2001:db8::7",
                    200_000
                ),
            ],
            signOutOthersURL: "/hub/account/sign-out-others"
        )
    }

    /// Every page in every state, with the file name it is looked at under.
    static let all: [(name: String, page: any Page, frame: PageFrame)] =
        [
            ("sign-in", SignInPage(actionURL: "/hub/login", next: "/hub/"), frame(user: nil)),
            (
                "sign-in-refused",
                SignInPage(actionURL: "/hub/login", next: "/hub/", typedName: "ada", problem: .refused),
                frame(user: nil)
            ),
            (
                "sign-in-throttled",
                SignInPage(actionURL: "/hub/login", typedName: "ada", problem: .throttled(seconds: 30)),
                frame(user: nil)
            ),
            ("signed-out", SignInPage(actionURL: "/hub/login"), frame(user: nil, notice: .done("You are signed out."))),
            ("password", ChangePasswordPage(userName: "ada", actionURL: "/hub/password", minimumLength: 10), frame()),
            (
                "password-problem",
                ChangePasswordPage(
                    userName: "ada",
                    actionURL: "/hub/password",
                    minimumLength: 10,
                    problem: "The two new passwords differ.",
                ),
                frame()
            ),
            ("account", account(), frame(notice: .done("Your password is changed."))),
            ("account-problem", account(problem: "The current password is wrong."), frame()),
            (
                "account-elsewhere", account(passwordURL: nil),
                frame(notice: .problem("That browser was signed out already."))
            ),
            ("home", home, frame(announcement: "Maintenance on Friday from 18:00 to 19:00. Save your work before.")),
            (
                "home-one", HomePage(cards: [card("", .stopped, since: nil)]),
                frame(notice: .done("Your server has stopped."))
            ),
            ("home-empty", HomePage(cards: []), frame()),
            ("home-folders", HomePage(cards: [], folders: folders), frame()),
            ("home-full", WallsSamples.home, frame(isAdmin: true)),
            (
                "home-long", HomePage(cards: [card(String(repeating: "w", count: 255), .ready)]),
                frame(user: String(repeating: "m", count: 255))
            ),
            (
                "start",
                start(
                    .starting(percent: 60),
                    messages: ["Server requested", "Preparing your home", "Starting JupyterLab"]
                ),
                frame()
            ),
            ("start-queued", start(.queued(place: 3), messages: ["Server requested"]), frame()),
            ("start-failed", start(.failed(failure)), frame()),
            ("stopping", StoppingPage(serverName: "JupyterLab"), frame()),
            (
                "not-running",
                NotRunningPage(
                    serverName: "JupyterLab",
                    cause: .noted("Stopped after 1 hour without use."),
                    startURL: "/hub/spawn/ada",
                    next: "/user/ada/lab",
                    logURL: "/hub/log/ada"
                ), frame()
            ),
            (
                "log",
                LogPage(
                    serverName: "JupyterLab",
                    log: String(repeating: log, count: 12),
                    lastLines: 60,
                    refreshURL: "/hub/log/ada",
                    downloadURL: "/hub/log/ada?download",
                    now: now
                ), frame()
            ),
            (
                "log-empty",
                LogPage(serverName: "JupyterLab", log: "", refreshURL: "/hub/log", downloadURL: "/hub/log?d", now: now),
                frame()
            ),
        ]
        + [400, 403, 404, 418, 429, 500, 502, 503, 504].map { status in
            (
                "error-\(status)",
                ErrorPage(
                    status: status,
                    requestID: "01JD3Z8Q6W",
                    retryURL: "/hub/x",
                    retrySeconds: status == 429 ? 45 : nil
                ),
                frame(user: status == 503 ? nil : "ada")
            )
        } + WallsSamples.all + GroupsSamples.all + InstancesSamples.all + VisitorsSamples.all + CourseSamples.all
        + OpenBISBrowseSamples.all
        + LinksSamples.all + IdentitySamples.all + AccountSamples.all + NewcomerSamples.all + AuditSamples.all
        + ConnectionSamples.all + NewNotebookSamples.pages
}
