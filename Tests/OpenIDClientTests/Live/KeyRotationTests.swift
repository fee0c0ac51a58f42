import Crypto
import Foundation
import Testing

@testable import OpenIDClient

/// An ID token signed with a key of that name.
private func signed(_ name: String?, by key: TrialKey = .one) -> (TrialToken) throws -> String {
    { token in
        var token = token
        token.header["kid"] = name.map(OpenIDValue.string)
        token.key = key
        return try token.text
    }
}

@Suite(.timeLimit(.minutes(2))) struct KeyRotationTests {
    @Test func `keys are fetched once for many sign-ins`() async throws {
        try await withProvider { provider in
            for _ in 0..<3 { _ = try await provider.signIn() }
            #expect(provider.count("/keys") == 1)
        }
    }

    @Test func `a new key is found in the middle of things, and the old one ends with it`() async throws {
        try await withProvider { provider in
            _ = try await provider.signIn()
            try provider.change { $0.keys = [try TrialKey.other.published("two")] }
            _ = try await provider.signIn(signed("two", by: .other))
            #expect(provider.count("/keys") == 2)
            #expect(await failure { try await provider.signIn() } == .invalidToken(.unknownKey))
        }
    }

    @Test func `a new key under the old name is found too`() async throws {
        try await withProvider { provider in
            _ = try await provider.signIn()
            try provider.change { $0.keys = [try TrialKey.other.published("one")] }
            _ = try await provider.signIn(signed("one", by: .other))
        }
    }

    @Test func `a flood of made-up keys makes one request in five seconds`() async throws {
        try await withProvider { provider in
            _ = try await provider.signIn()
            for number in 0..<50 {
                let token = try signed("made-up-\(number)", by: .other)(.logoutToken(of: provider.issuer))
                let error = await failure { try await provider.client.logoutNotice(token) }
                #expect(error == .invalidToken(.unknownKey))
            }
            #expect(provider.count("/keys") == 2)
            provider.clock.advance(by: 5)
            try provider.change { $0.keys = [try TrialKey.other.published("two")] }
            _ = try await provider.signIn(signed("two", by: .other))
            #expect(provider.count("/keys") == 3)
        }
    }

    @Test func `many who show a new key at once all pass with one request`() async throws {
        try await withProvider {
            $0.deadline = .seconds(100)
        } _: { provider in
            _ = try await provider.signIn()
            let token = try signed("two", by: .other)(.accessToken(of: provider.issuer))
            let keys = TrialServer.Reply.answer(
                200,
                body: String(
                    decoding: try JSONEncoder().encode(["keys": [try TrialKey.other.published("two")]]),
                    as: UTF8.self
                )
            )
            provider.change { $0.replies["/keys"] = .later(keys) }
            let outcomes = await withTaskGroup(of: OpenIDError?.self) { group in
                for _ in 0..<20 {
                    group.addTask { [client = provider.client] in
                        await failure { try await client.accessClaims(token, audiences: ["carrel"]) }
                    }
                }
                try? await eventually("one asked") { provider.server.held > 0 }
                provider.server.release()
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes == Array(repeating: nil, count: 20))
            #expect(provider.count("/keys") == 2)
        }
    }

    @Test func `a key that was withdrawn stops counting within ten minutes`() async throws {
        try await withProvider { provider in
            _ = try await provider.signIn()
            try provider.change { $0.keys = [try TrialKey.other.published("two")] }
            provider.clock.advance(by: 299)
            _ = try await provider.signIn()
            provider.clock.advance(by: 1)
            #expect(await failure { try await provider.signIn() } == .invalidToken(.unknownKey))
        }
    }

    @Test func `keys that can't be renewed hold for ten minutes and no longer`() async throws {
        try await withProvider { provider in
            _ = try await provider.signIn()
            provider.change { $0.replies["/keys"] = .answer(503, body: "") }
            provider.clock.advance(by: 300)
            _ = try await provider.signIn()
            _ = try await provider.signIn()
            #expect(provider.count("/keys") == 2)
            provider.clock.advance(by: 298)
            _ = try await provider.signIn()
            #expect(provider.count("/keys") == 3)
            provider.clock.advance(by: 2)
            #expect(await failure { try await provider.signIn() } == .nonsense(.keys, .status(503)))
        }
    }

    @Test func `keys from another address count at once when the metadata name it`() async throws {
        try await withProvider { provider in
            _ = try await provider.signIn()
            provider.clock.advance(by: 3500)
            _ = try await provider.signIn { try $0.later(by: 3500).text }
            provider.clock.advance(by: 100)
            let address = "\(provider.issuer)/more-keys"
            provider.change { behaviour in
                behaviour.metadata["jwks_uri"] = .string(address)
                behaviour.replies["/more-keys"] = .answer(200, body: #"{"keys":[]}"#)
            }
            let error = await failure { try await provider.signIn { try $0.later(by: 3600).text } }
            #expect(error == .invalidToken(.unknownKey))
        }
    }

    @Test func `without a name, a token is refused when several keys could have signed it`() async throws {
        try await withProvider { provider in
            try provider.change { $0.keys += [try TrialKey.other.published("two")] }
            #expect(await failure { try await provider.signIn(signed(nil)) } == .invalidToken(.ambiguousKey))
        }
    }

    @Test func `without a name, the one key of its kind is taken`() async throws {
        try await withProvider { provider in
            try provider.change { $0.keys += [try TrialKey.p256(.init()).published("two")] }
            _ = try await provider.signIn(signed(nil))
        }
    }

    @Test(
        arguments: [
            ["use": "enc"], ["key_ops": ["encrypt"]], ["key_ops": "verify"], ["alg": "RS512"], ["alg": "RSA-OAEP"],
            ["alg": "HS256"], ["alg": 1], ["kid": 1], ["kty": "oct", "k": "c2VjcmV0"], ["kty": nil], ["n": nil],
            ["n": "AQAB"], ["n": "not base64!"], ["e": ""], ["e": nil], ["kty": "EC"], ["kty": "OKP"],
        ] as [[String: OpenIDValue?]]
    )
    func `a key that is for something else is passed over`(_ change: [String: OpenIDValue?]) async throws {
        try await withProvider { provider in
            try provider.change { $0.keys = [try TrialKey.one.published("one", change), 1, "key", nil, [:]] }
            let error = await failure { try await provider.signIn() }
            #expect([.invalidToken(.unknownKey), .invalidToken(.unfitKey)].contains(error))
        }
    }

    @Test(arguments: [
        (#"{}"#, OpenIDError.nonsense(.keys, .member("keys"))),
        (#"{"keys":{}}"#, .nonsense(.keys, .member("keys"))), (#"{"keys":[]}"#, .invalidToken(.unknownKey)),
        (#"{"keys":[\#(String(repeating: "1,", count: 100))1]}"#, .nonsense(.keys, .member("keys"))),
    ])
    func `a key set is a list of at most a hundred`(_ body: String, _ error: OpenIDError) async throws {
        try await withProvider { provider in
            provider.change { $0.replies["/keys"] = .answer(200, body: body) }
            #expect(await failure { try await provider.signIn() } == error)
        }
    }

    @Test func `a point that isn't on the curve verifies nothing`() async throws {
        try await withProvider { provider in
            let key = TrialKey.p256(.init())
            let bad = OpenIDValue.string(Base64URL.encode(Data(repeating: 1, count: 32)))
            try provider.change { $0.keys = [try key.published("one", ["x": bad, "y": bad])] }
            let error = await failure {
                try await provider.signIn { token in
                    var token = token
                    token.header["alg"] = "ES256"
                    token.key = key
                    return try token.text
                }
            }
            #expect(error == .invalidToken(.signature))
        }
    }
}

extension TrialToken {
    /// The same token, made later.
    fileprivate func later(by seconds: Int64) -> TrialToken {
        var token = self
        token.claims["iat"] = Self.seconds(seconds)
        token.claims["exp"] = Self.seconds(seconds + 3600)
        return token
    }
}
