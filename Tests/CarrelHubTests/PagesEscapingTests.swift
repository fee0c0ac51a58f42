import CarrelSpawn
import CarrelStore
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Escaping on pages` {
    @Test(arguments: [
        ("a & b", "a &amp; b"),
        ("<script>", "&lt;script&gt;"),
        (#"" onfocus="x"#, "&quot; onfocus=&quot;x"),
        ("' `", "&#39; &#96;"),
        ("\"\u{301} onfocus=x", "&quot;\u{301} onfocus=x"),
        ("<\u{338}img src=x>", "&lt;\u{338}img src=x&gt;"),
        ("'\u{FE0F}", "&#39;\u{FE0F}"),
        ("a\u{0}b\u{1B}c\u{9B}d", "a\u{FFFD}b\u{FFFD}c\u{FFFD}d"),
        ("tab\tand\r\nline", "tab\tand\r\nline"),
        ("{{frame.xsrf}}", "{{frame.xsrf}}"),
        ("Ünï — 書斎 👩🏽‍🔬", "Ünï — 書斎 👩🏽‍🔬"),
    ])
    func `text can't leave its place`(text: String, expected: String) {
        #expect(Array(HTMLEscaping().escapeText(text).utf8) == Array(expected.utf8))
    }

    @Test func `combining marks don't smuggle quotes through any template`() throws {
        let hostile = "\"\u{301}'\u{301}><\u{301}script>alert(1)</script>{{frame.xsrf}}"
        let renderer = try PageRenderer()
        for page in hostilePages(hostile) {
            let html = try renderer.render(page, in: hostileFrame(hostile))
            let bytes = Array(html.utf8)
            let mark = Array("\u{301}".utf8)
            for index in bytes.indices.dropLast(2) where Array(bytes[index...(index + 1)]) == mark {
                #expect(bytes[index - 1] == UInt8(ascii: ";"), "\(type(of: page)) lets a character through")
            }
            #expect(!html.utf8Contains("<script>alert"))
            #expect(!html.utf8Contains("><\u{301}"))
        }
    }

    @Test func `every attribute in a template is quoted with double quotes`() {
        for (name, text) in PageTemplates.texts {
            let rest = text.replacing(/="[^"]*"/, with: "")
            #expect(!rest.contains("="), "\(name)")
        }
    }

    @Test func `no template shows anything unescaped`() {
        for (name, text) in PageTemplates.texts {
            #expect(!text.contains("{{{"), "\(name)")
            #expect(!text.contains("{{&"), "\(name)")
        }
    }

    @Test func `no template has inline script, style or event handlers`() {
        let inline = /<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)/
        for (name, text) in PageTemplates.texts {
            #expect(text.firstMatch(of: inline) == nil, "\(name)")
        }
    }

    @Test(arguments: [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
        "data:text/html,x",
        "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "", "hub/home", "vbscript:x",
        "/a\nb",
        "/a b",
    ])
    func `an address that could lead astray leads nowhere`(address: String) {
        #expect(PageLink(address).renderText == "#refused")
    }

    @Test(arguments: [
        "/", "/hub/home?a=1&b=%2F", "/@/space%20word/hub/", "https://hub.example.org/user/a/", "/user/ünï/",
    ])
    func `an ordinary address stays as it is`(address: String) {
        #expect(PageLink(address).renderText == address)
    }

    private func hostileFrame(_ text: String) -> PageFrame {
        PageFrame(
            links: HubLinks(prefix: "/hub/"),
            userName: text,
            xsrf: text,
            notice: .problem(text),
            announcement: text,
            version: text
        )
    }

    private func hostilePages(_ text: String) -> [any Page] {
        let now = PagesSamples.now
        let failure = FailureNotice(message: text, remedy: text, log: text, now: now)
        let link = PageLink(text)
        let links = ServerCard.Links(open: link, start: link, stop: link, cancel: link, progress: link, log: link)
        let session = AccountPage.Session(
            isThisOne: false,
            userAgent: text,
            address: text,
            signedIn: now,
            lastSeen: now,
            signOutURL: link,
            now: now
        )
        func card(_ state: ServerCard.State) -> ServerCard {
            ServerCard(id: text, displayName: text, state: state, since: now, links: links, failure: failure, now: now)
        }
        func start(_ phase: StartPage.Phase) -> StartPage {
            StartPage(
                serverName: text,
                phase: phase,
                messages: [text, text],
                progressURL: link,
                serverURL: link,
                cancelURL: link,
                retryURL: link,
                next: text
            )
        }
        let meter = UseMeter(key: text, label: text, used: 1, limit: 2, words: text)
        let entry = HomeFileEntry(path: text, kind: .file, size: 1, changedAt: now)
        let point = RestorePoint(name: text, date: now)
        var request = RequestRecord(userId: 1, kind: .other, text: text, createdAt: now)
        (request.answer, request.answeredBy) = (text, text)
        let server = AdminPage.Server(
            title: text,
            stateName: text,
            stateText: text,
            uses: [text],
            wasKilled: true,
            startURL: link,
            stopURL: link,
            logURL: link,
        )
        let row = AdminPage.Row(
            id: text,
            name: text,
            isAdmin: true,
            isDisabled: true,
            servers: [server],
            home: meter,
            quotaText: text,
            quotaTag: text,
            groupsText: text,
            active: nil,
            quotaURL: link,
            url: link,
        )
        let wish = AdminPage.Wish(
            item: RequestsPage.Item(request, now: now),
            userName: text,
            userURL: link,
            home: meter,
            sizeText: text,
            groups: [GroupChoice(name: text, isChosen: true)],
            hasGroups: true,
            answerURL: link,
        )
        let newcomer = AdminPage.Newcomer(
            id: text,
            name: text,
            email: text,
            address: text,
            asked: TimeText(now, now: now),
            answerURL: link,
        )
        var choice = TakeoutChoice()
        (choice.home, choice.path) = (text, text)
        var archive = TakeoutRecord(
            id: text,
            userId: 1,
            instance: text,
            slug: text,
            path: text,
            format: text,
            leavesCachesOut: false,
            folder: text,
            fileName: text,
            createdAt: now,
        )
        (archive.state, archive.failure) = (.failed, text)
        let takeout = TakeoutPage(
            choice: choice,
            homes: [text, text + "2"].map { TakeoutHome(id: HomeID(instance: $0, slug: text), label: text) },
            count: .failed(text),
            prepared: [archive],
            problem: text,
            now: now,
        )
        return [
            takeout,
            SignInPage(actionURL: link, next: text, typedName: text, problem: .refused),
            SignUpPage(
                needsApproval: true,
                minimumLength: 10,
                next: text,
                typedName: text,
                typedEmail: text,
                problem: text,
            ),
            ResetPage(problem: text),
            ResetPasswordPage(userName: text, hasSecondFactor: true, minimumLength: 10, problem: text),
            ChangePasswordPage(userName: text, actionURL: link, next: text, minimumLength: 10, problem: text),
            AccountPage(
                userName: text,
                email: text,
                groups: [text],
                passwordURL: link,
                minimumLength: 10,
                problem: text,
                sessions: [session],
                signOutOthersURL: link
            ),
            HomePage(cards: [card(.ready), card(.failed), card(.queued(place: 1))]),
            start(.starting(percent: 1)), start(.failed(failure)), StoppingPage(serverName: text),
            NotRunningPage(serverName: text, cause: .unknown, startURL: link, next: text),
            ErrorPage(status: 500, message: text, remedy: text, requestID: text, retryURL: link),
            HomePage(cards: [], home: meter, news: [HomePage.News(text: text, isProblem: true)], usageURL: link),
            StoragePage(
                usage: nil,
                strength: .counted(reason: text),
                survey: .counted([entry]),
                typedSize: text,
                typedText: text,
                problem: text,
            ),
            StoragePage(usage: nil, strength: .hard, survey: .failed(text)),
            RequestsPage([request], typedText: text, problem: text, now: now),
            RestorePage(points: [point], strength: .hard, hasPlace: true, now: now),
            RestorePage(points: [], strength: .counted(reason: text), hasPlace: false, problem: text, now: now),
            RestoreFolderPage(point: point, path: text, old: [entry], present: [], now: now),
            ComparePage(
                point: point,
                path: text,
                comparison: FileComparison(old: Data(text.utf8), present: Data(), name: text),
                now: now,
            ),
            BroughtBackPage(point: point, path: text, kept: text),
            AdminPage(
                view: AdminView(search: text, order: text, page: text),
                rows: [row],
                count: 99,
                wishes: [wish],
                newcomers: [newcomer],
                strength: .counted(reason: text),
            ),
            GroupsPage([], typed: GroupsPage.Typed(name: text, home: text, project: text), problem: text),
            LogPage(serverName: text, log: text, refreshURL: link, downloadURL: link, now: now),
        ]
    }
}

extension String {
    /// Whether these very bytes occur; `contains` would compare by characters.
    fileprivate func utf8Contains(_ part: String) -> Bool {
        let whole = Array(utf8)
        let part = Array(part.utf8)
        guard whole.count >= part.count else { return false }
        return (0...(whole.count - part.count)).contains { Array(whole[$0..<($0 + part.count)]) == part }
    }
}
