import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Page values` {
    typealias Samples = PagesSamples

    @Test(arguments: [
        (ServerCard.State.stopped, "Stopped", ["start"]),
        (.queued(place: 4), "Waiting in the queue as number 4", ["progress", "cancel"]),
        (.starting, "Starting", ["progress", "cancel"]),
        (.ready, "Ready", ["open", "stop"]),
        (.stopping, "Stopping", []),
        (.failed, "Failed", ["start"]),
    ])
    func `a card offers what its state allows`(state: ServerCard.State, words: String, buttons: [String]) {
        let card = Samples.card("x", state)
        let offered: [(String, PageLink?)] = [
            ("start", card.startURL), ("open", card.openURL), ("progress", card.progressPageURL),
            ("cancel", card.cancelURL), ("stop", card.stopURL),
        ]
        #expect(card.stateText == words)
        #expect(offered.filter { $0.1 != nil }.map(\.0) == buttons)
        #expect(card.logURL != nil)
    }

    @Test func `a failure is shown only while the server is at rest`() {
        #expect(Samples.card("x", .failed, failure: Samples.failure).failure != nil)
        #expect(Samples.card("x", .stopped, failure: Samples.failure).failure != nil)
        #expect(Samples.card("x", .starting, failure: Samples.failure).failure == nil)
        #expect(Samples.card("x", .ready, failure: Samples.failure).failure == nil)
    }

    @Test func `since when is said in words that fit the state`() {
        #expect(Samples.card("x", .ready, since: 7_200).since?.words == "for 2 hours")
        #expect(Samples.card("x", .stopped, since: 7_200).since?.words == "2 hours ago")
        #expect(Samples.card("x", .starting, since: 0).since?.words == "for 1 second")
    }

    @Test func `home looks again often while something is under way`() {
        #expect(HomePage(cards: [Samples.card("a", .ready), Samples.card("b", .starting)]).pollSeconds == 2)
        #expect(HomePage(cards: [Samples.card("a", .ready)]).pollSeconds == 15)
        #expect(HomePage(cards: [Samples.card("a", .ready)]).refreshSeconds == nil)
    }

    @Test func `this browser comes first, the others by when they were last seen`() {
        let names = Samples.account().sessions.map(\.browser)
        #expect(names == ["Firefox on Linux", "Safari on iPhone", "Edge on Windows"])
    }

    @Test func `signing the others out is offered only when there are others`() {
        let alone = AccountPage(
            userName: "ada",
            passwordURL: nil,
            minimumLength: 10,
            sessions: Samples.account().sessions.filter(\.isThisOne),
            signOutOthersURL: "/x"
        )
        #expect(alone.signOutOthersURL == nil)
        #expect(Samples.account().signOutOthersURL == "/hub/account/sign-out-others")
    }

    @Test func `the password field has the focus once the name is known`() {
        let again = SignInPage(actionURL: "/l", typedName: "ada").forms.first
        #expect(again?.focusesPassword == true && again?.focusesName == false)
        let refused = SignInPage(actionURL: "/l", typedName: "ada", problem: .refused).forms.first
        #expect(refused?.focusesPassword == false && refused?.focusesName == false)
    }

    @Test func `trying again is offered only where it may help`() {
        #expect(ErrorPage(status: 404, requestID: "r", retryURL: "/x").retryURL == nil)
        #expect(ErrorPage(status: 503, requestID: "r", retryURL: "/x").retryURL == "/x")
        #expect(ErrorPage(status: 429, requestID: "r", retrySeconds: 90).whatToDo == "Wait 1 minute, then try again.")
        #expect(ErrorPage(status: 404, message: "m", remedy: "d", requestID: "r").whatHappened == "m")
    }

    @Test func `percent stays between 0 and 100`() {
        #expect(Samples.start(.starting(percent: 140)).percent == 100)
        #expect(Samples.start(.starting(percent: -1)).percent == 0)
    }

    @Test func `a failure keeps the last 30 lines of the log`() {
        let log = (1...100).map { "line \($0)" }.joined(separator: "\n") + "\n"
        let lines = FailureNotice(message: "", remedy: "", log: log, now: Samples.now).logLines?.split(separator: "\n")
        #expect(lines?.count == 30)
        #expect(lines?.last == "line 100")
        #expect(FailureNotice(message: "", remedy: "", log: "\u{1B}[m\n", now: Samples.now).logLines == nil)
    }

    @Test func `a log page says how much it shows`() {
        func page(_ log: String) -> LogPage {
            LogPage(serverName: "x", log: log, lastLines: 2, refreshURL: "/r", downloadURL: "/d", now: Samples.now)
        }
        #expect(page("a\nb\nc\n").lineCountText == "2 lines")
        #expect(page("a\nb\nc\n").isCut)
        #expect(page("a\n").lineCountText == "1 line")
        #expect(!page("a\n").isCut)
        #expect(page("").isEmpty)
    }

    @Test(arguments: [
        ("\u{1B}[1;31mred\u{1B}[0m", "red"),
        ("\u{1B}]0;title\u{7}text", "text"),
        ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
        ("50 %\r100 %\r\nnext", "50 %100 %\nnext"),
        ("bell\u{7}\u{0}\u{9B}", "bell"),
        ("\u{1B}[unfinished\u{1B}[3", "nfinished"),
        ("\u{1B}]never ends\nnext line", "\nnext line"),
        ("é 書\t👩🏽‍🔬", "é 書\t👩🏽‍🔬"),
    ])
    func `terminal control sequences are taken out of a log`(log: String, plain: String) {
        #expect(LogText.plain(log) == plain)
    }
}
