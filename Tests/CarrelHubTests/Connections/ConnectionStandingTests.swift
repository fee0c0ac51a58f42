import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `How a connection is` {
    private func link(_ state: String?) -> ConnectionRecord {
        ConnectionRecord(userId: 1, source: "b2drop", remember: true, state: state, at: noon)
    }

    private func standing(
        _ link: ConnectionRecord?,
        isLost: Bool = false,
        signsIn: Bool = false,
        _ state: ConnectionState? = nil,
    ) -> ConnectionStanding {
        ConnectionStanding(
            link: link,
            isLost: isLost,
            signsInByItself: signsIn,
            report: state.map { ConnectionReport(state: $0, since: noon) },
            conflicts: [],
        )
    }

    @Test func `is what the gateway says, else what was heard last`() {
        #expect(standing(link("connected"), .offline).code == "offline")
        #expect(standing(link("refused")).code == "refused")
        #expect(standing(link("unfit")).code == "unfit")
        #expect(standing(link("nonsense")).code == "untried")
    }

    @Test func `of what couldn't be tried is said until it could`() {
        #expect(standing(link(nil)).title == "Not tried yet")
        #expect(standing(link(nil), .offline).title == "Not tried yet")
        #expect(standing(link(nil), .refused).code == "refused")
        #expect(standing(link(nil), .connected).code == "connected")
    }

    @Test func `without a credential is said, whatever the gateway says`() {
        #expect(standing(nil, .connected).code == "notConnected")
        #expect(standing(nil, signsIn: true, .connected).code == "connected")
        #expect(standing(nil, signsIn: true).code == "unknown")
        #expect(standing(link("connected"), isLost: true, .connected).code == "lost")
    }

    @Test(
        arguments: [
            (ConnectionState.expired, true, "session at openBIS has ended", "Session and token"),
            (.missing, true, "no token of yours", "Session and token"), (.missing, false, "isn’t linked", "Account"),
            (.readOnly, true, "can be read", ""), (.offline, true, "isn’t reached", "goes on trying"),
        ] as [(ConnectionState, Bool, String, String)]
    )
    func `of openBIS leads to the session there`(state: ConnectionState, signsIn: Bool, what: String, remedy: String) {
        var source = DataSourceSettings(name: "openbis")
        let before = standing(nil, signsIn: signsIn, state)
        #expect(before.inWords(of: source, signsInByItself: signsIn) == before)
        (source.kind, source.authenticator) = (.openbis, "lab")
        let said = before.inWords(of: source, signsInByItself: signsIn)
        #expect(said.message.contains(what) && (remedy.isEmpty || said.remedy.contains(remedy)), "\(said)")
        let entry = ConnectionDesk.Entry(
            source: source,
            isOffered: true,
            connection: nil,
            userName: "",
            signsInByItself: signsIn,
            standing: said,
        )
        let card = ConnectionsPage.Card(entry, typed: nil, now: noon)
        #expect(card.form == nil && card.removeURL == nil && card.accessText == "Read only")
        #expect(card.session?.url.text == (signsIn ? "/hub/account/openbis/lab" : "/hub/account"))
        #expect((card.testURL == nil) == !signsIn)
    }

    @Test(
        arguments: [
            (DataSourceKind.onedata, ConnectionState.expired, "withdrawn", "Delete the token “hub-made” there"),
            (.onedata, .missing, "no longer", "sign in again the same way"),
            (.storagehub, .expired, "no longer", "sign in again the same way"),
            (.storagehub, .missing, "no longer", "sign in again the same way"),
        ]
    )
    func `by a sign-in leads to what helps there`(
        kind: DataSourceKind,
        state: ConnectionState,
        what: String,
        remedy: String,
    ) {
        var source = DataSourceSettings(name: "there")
        (source.kind, source.tokenName) = (kind, "hub-made")
        let said = standing(nil, signsIn: true, state).inWords(of: source, signsInByItself: true)
        #expect(said.message.contains(what) && said.remedy.contains(remedy), "\(said)")
        let typed = standing(link("connected"), state)
        #expect(typed.inWords(of: source, signsInByItself: false) == typed)
    }

    @Test func `can be told by every state's word, icon and tone`() {
        let all: [ConnectionState] = [
            .connected, .readOnly, .overQuota, .refused, .expired, .unfit("No."), .missing, .offline, .slow, .busy(),
            .untrusted, .otherService,
        ]
        #expect(Set(all.map(\.title)).count == all.count)
        for state in all {
            #expect(ConnectionState(code: state.code)?.code == state.code)
            let standing = standing(link("connected"), state)
            #expect(!standing.icon.isEmpty && !standing.title.isEmpty)
        }
    }

    @Test func `tries are counted for each person and source, and forgotten with time`() {
        let tries = ConnectionTries()
        let key = ConnectionTries.Key(user: 1, source: "b2drop")
        for _ in 0..<5 { #expect(tries.begin(key, at: noon) == nil) }
        #expect(tries.begin(key, at: noon.addingTimeInterval(20)) == .seconds(40))
        #expect(tries.begin(ConnectionTries.Key(user: 2, source: "b2drop"), at: noon) == nil)
        #expect(tries.begin(ConnectionTries.Key(user: 1, source: "datahub"), at: noon) == nil)
        tries.succeed(key)
        #expect(tries.begin(key, at: noon) == nil)
        for minute in 1...5 {
            for _ in 0..<5 { #expect(tries.begin(key, at: noon.addingTimeInterval(61 * Double(minute))) == nil) }
        }
        // Thirty in an hour.
        #expect(tries.begin(key, at: noon.addingTimeInterval(600)) == .seconds(3_000))
        #expect(tries.begin(key, at: noon.addingTimeInterval(3_601)) == nil)
    }
}
