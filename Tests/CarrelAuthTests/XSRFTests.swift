import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelAuth

private typealias Request = XSRFPolicy.Request

@Suite struct XSRFPolicyTests {
    private let policy = XSRFPolicy()

    /// The matrix of reference 1.13 for a cookie, as (method, Sec-Fetch-Mode, Sec-Fetch-Site, decision).
    @Test(
        arguments: [
            ("GET", nil, nil, .exempt), ("HEAD", nil, nil, .exempt), ("OPTIONS", nil, nil, .exempt),
            ("GET", "navigate", "same-origin", .exempt), ("GET", "navigate", "cross-site", .exempt),
            ("HEAD", "navigate", "none", .exempt), ("GET", "websocket", "same-origin", .exempt),
            ("GET", "no-cors", "same-origin", .exempt), ("HEAD", "no-cors", "same-origin", .exempt),
            ("GET", "no-cors", "same-site", .tokenRequired), ("GET", "no-cors", "cross-site", .tokenRequired),
            ("GET", "no-cors", nil, .tokenRequired), ("GET", "cors", "same-origin", .tokenRequired),
            ("GET", "cors", "cross-site", .tokenRequired), ("GET", "same-origin", "same-origin", .tokenRequired),
            ("GET", "nonsense", "same-origin", .tokenRequired), ("GET", "", "", .tokenRequired),
            ("POST", nil, nil, .tokenRequired), ("POST", "navigate", "same-origin", .tokenRequired),
            ("POST", "cors", "same-origin", .tokenRequired), ("POST", "no-cors", "same-origin", .tokenRequired),
            ("POST", "no-cors", "cross-site", .tokenRequired), ("POST", "websocket", "same-origin", .tokenRequired),
            ("PUT", "cors", "same-origin", .tokenRequired), ("PATCH", nil, nil, .tokenRequired),
            ("DELETE", "same-origin", "same-origin", .tokenRequired), ("get", nil, nil, .tokenRequired),
            ("TRACE", nil, nil, .tokenRequired), ("BREW", "navigate", nil, .tokenRequired),
        ] as [(String, String?, String?, XSRFPolicy.Decision)]
    )
    func `a request by cookie follows the observed matrix, page and API alike`(
        _ method: String,
        _ mode: String?,
        _ site: String?,
        _ decision: XSRFPolicy.Decision
    ) {
        for face in [XSRFPolicy.Face.page, .api] {
            let request = Request(
                method: method,
                credential: .cookie,
                face: face,
                fetchMode: mode,
                fetchSite: site,
                fetchDestination: "image"
            )
            #expect(policy.decide(request) == decision)
        }
    }

    /// `fetch(…, {mode: "no-cors"})` of a page on the hub's own origin can be read by it.
    @Test(
        arguments: [("image", .exempt), ("script", .exempt), ("empty", .tokenRequired), (nil, .tokenRequired)]
            as [(String?, XSRFPolicy.Decision)]
    )
    func `a part of a page is got without the token, and a script's own request isn't`(
        _ destination: String?,
        _ decision: XSRFPolicy.Decision
    ) {
        let request = Request(
            method: "GET",
            credential: .cookie,
            face: .page,
            fetchMode: "no-cors",
            fetchSite: "same-origin",
            fetchDestination: destination
        )
        #expect(policy.decide(request) == decision)
    }

    @Test(arguments: ["GET", "POST", "PUT", "DELETE"], ["cors", "no-cors", "navigate"])
    func `a request by token needs none, wherever it comes from`(_ method: String, _ mode: String) {
        let request = Request(
            method: method,
            credential: .token,
            face: .api,
            fetchMode: mode,
            fetchSite: "cross-site",
            origin: .foreign,
            contentType: "text/plain"
        )
        #expect(policy.decide(request) == .exempt)
    }

    /// CVE-2026-40864 and its kin: an image, a frame or a script's request on somebody's page must not press Start.
    @Test(
        arguments: [
            ("GET", "no-cors", "same-origin", "image", .tokenRequired),
            ("GET", "no-cors", "cross-site", "image", .tokenRequired),
            ("POST", "no-cors", "same-origin", "empty", .tokenRequired),
            ("GET", "navigate", "same-origin", "iframe", .tokenRequired),
            ("GET", "navigate", "cross-site", "object", .tokenRequired),
            ("GET", "websocket", "same-origin", "websocket", .tokenRequired),
            ("GET", "cors", "same-origin", "empty", .tokenRequired),
            ("GET", "navigate", "same-origin", "document", .exempt),
            ("GET", "navigate", "none", nil, .exempt), ("GET", nil, nil, nil, .exempt),
        ] as [(String, String?, String?, String?, XSRFPolicy.Decision)]
    )
    func `a GET that acts is exempt only when the window itself goes there`(
        _ method: String,
        _ mode: String?,
        _ site: String?,
        _ destination: String?,
        _ decision: XSRFPolicy.Decision
    ) {
        let request = Request(
            method: method,
            credential: .cookie,
            face: .page,
            effect: .acts,
            fetchMode: mode,
            fetchSite: site,
            fetchDestination: destination
        )
        #expect(policy.decide(request) == decision)
    }

    @Test func `an API request without credential goes on to its 403, unless a page could learn from it`() {
        #expect(policy.decide(Request(method: "POST", credential: .nobody, face: .api)) == .exempt)
        #expect(policy.decide(Request(method: "GET", credential: .nobody, face: .api, fetchMode: "cors")) == .exempt)
        let own = Request(method: "GET", credential: .nobody, face: .api, fetchMode: "cors", origin: .own)
        #expect(policy.decide(own) == .tokenRequired)
        let foreign = Request(method: "POST", credential: .nobody, face: .api, fetchMode: "cors", origin: .foreign)
        #expect(policy.decide(foreign) == .refuse(.otherSite))
    }

    @Test func `the sign-in form needs its token`() {
        let request = Request(method: "POST", credential: .nobody, face: .page, fetchMode: "navigate", origin: .own)
        #expect(policy.decide(request) == .tokenRequired)
    }

    @Test(
        arguments: [
            (.own, .absent, nil, .tokenRequired), (.own, .foreign, nil, .tokenRequired),
            (.foreign, .absent, nil, .refuse(.otherSite)), (.foreign, .own, "cross-site", .refuse(.otherSite)),
            (.absent, .foreign, nil, .refuse(.otherSite)), (.absent, .own, nil, .tokenRequired),
            (.foreign, .foreign, "same-origin", .tokenRequired), (.foreign, .absent, "same-site", .refuse(.otherSite)),
        ] as [(XSRFPolicy.Source, XSRFPolicy.Source, String?, XSRFPolicy.Decision)]
    )
    func `another site's form is refused, with or without token`(
        _ origin: XSRFPolicy.Source,
        _ referer: XSRFPolicy.Source,
        _ site: String?,
        _ decision: XSRFPolicy.Decision
    ) {
        let request = Request(
            method: "POST",
            credential: .cookie,
            face: .page,
            fetchSite: site,
            origin: origin,
            referer: referer
        )
        #expect(policy.decide(request) == decision)
    }

    @Test(
        arguments: [
            (nil, .tokenRequired), ("application/json", .tokenRequired),
            ("Application/JSON; charset=utf-8", .tokenRequired),
            ("text/plain", .refuse(.notJSON)), ("multipart/form-data; boundary=x", .refuse(.notJSON)),
            ("", .refuse(.notJSON)),
            ("application/x-www-form-urlencoded", .refuse(.notJSON)), ("application/jsonp", .refuse(.notJSON)),
            ("text/plain; application/json", .refuse(.notJSON)),
        ] as [(String?, XSRFPolicy.Decision)]
    )
    func `an API POST by cookie must be JSON if it says what it is`(_ type: String?, _ decision: XSRFPolicy.Decision) {
        let api = Request(method: "POST", credential: .cookie, face: .api, contentType: type)
        #expect(policy.decide(api) == decision)
        let page = Request(method: "POST", credential: .cookie, face: .page, contentType: type)
        #expect(policy.decide(page) == .tokenRequired)
    }
}

@Suite struct XSRFTokenTests {
    private let key = HubKey(bytes: Data(repeating: 9, count: 32))
    private let subject = XSRFToken.Subject.session("s1")

    @Test func `a token is right for its session and key only`() throws {
        var generator = SystemRandomNumberGenerator()
        let key = try #require(key)
        let other = try #require(HubKey(bytes: Data(repeating: 8, count: 32)))
        for token in [
            XSRFToken.plain(for: subject, key: key), XSRFToken.masked(for: subject, key: key, using: &generator),
        ] {
            #expect(XSRFToken.verify(token, for: subject, key: key))
            #expect(!XSRFToken.verify(token, for: .session("s2"), key: key))
            #expect(!XSRFToken.verify(token, for: .anonymous(mark: "s1", network: nil), key: key))
            #expect(!XSRFToken.verify(token, for: subject, key: other))
        }
    }

    @Test func `an anonymous token is bound to mark and network`() throws {
        let key = try #require(key)
        let token = XSRFToken.plain(for: .anonymous(mark: "m", network: "192.0.2.1"), key: key)
        #expect(XSRFToken.verify(token, for: .anonymous(mark: "m", network: "192.0.2.1"), key: key))
        #expect(!XSRFToken.verify(token, for: .anonymous(mark: "m", network: "192.0.2.2"), key: key))
        #expect(!XSRFToken.verify(token, for: .anonymous(mark: "n", network: "192.0.2.1"), key: key))
    }

    @Test func `a masked token differs each time`() throws {
        var generator = SystemRandomNumberGenerator()
        let key = try #require(key)
        let tokens = (0..<50).map { _ in XSRFToken.masked(for: subject, key: key, using: &generator) }
        #expect(Set(tokens).count == 50 && Set(tokens.map { $0.suffix(64) }).count == 50)
    }

    @Test func `a token with one digit changed is wrong`() throws {
        var generator = SeededGenerator(for: "xsrf")
        let key = try #require(key)
        for token in [
            XSRFToken.plain(for: subject, key: key), XSRFToken.masked(for: subject, key: key, using: &generator),
        ] {
            let accepted = token.indices.filter { index in
                let changed = token.replacingCharacters(in: index...index, with: token[index] == "0" ? "1" : "0")
                return XSRFToken.verify(changed, for: subject, key: key)
            }
            #expect(accepted.isEmpty)
        }
    }

    @Test(arguments: [
        nil, "", "0", "zz", String(repeating: "0", count: 64), String(repeating: "0", count: 128),
        String(repeating: "é", count: 32), String(repeating: "0", count: 1_000_000),
    ])
    func `rubbish is wrong`(_ token: String?) throws {
        #expect(try !XSRFToken.verify(token, for: subject, key: #require(key)))
    }
}
