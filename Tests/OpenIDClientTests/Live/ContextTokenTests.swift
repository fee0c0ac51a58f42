import Foundation
import NIOHTTP1
import Testing

@testable import OpenIDClient

@Suite(.timeLimit(.minutes(2))) struct ContextTokenTests {
    private static let context = "/d4science.research-infrastructures.eu/FARM/Rivers"
    private static let quoted = "%2Fd4science.research-infrastructures.eu%2FFARM%2FRivers"

    /// Asks for a token, and has the provider answer with one.
    private func asked(
        _ provider: TrialProvider,
        subject: String? = nil,
        _ change: (inout TrialToken) -> Void = { $0.claims["aud"] = .string(Self.quoted) }
    ) async throws(OpenIDError) -> OpenIDProvider.ContextToken {
        var token = TrialToken.accessToken(of: provider.issuer)
        let own = token.claims["sub"]?.string ?? ""
        change(&token)
        let text = try? token.text
        provider.change { $0.tokens["access_token"] = .string(text ?? "") }
        return try await provider.client.contextToken("acce55", context: Self.context, subject: subject ?? own)
    }

    @Test func `an access token is changed for one of the context, which is named quoted`() async throws {
        try await withProvider { provider in
            let token = try await asked(provider)
            #expect(token.claims.strings("aud") == [Self.quoted])
            let request = try #require(provider.last("/token"))
            #expect(request.headers.first(name: "Authorization") == "Bearer acce55")
            #expect(request.body.contains("audience=%252Fd4science"))
        }
    }

    @Test func `one that is for another context, somebody else, or unsigned isn't taken`() async throws {
        try await withProvider { provider in
            let foreign = await failure { try await asked(provider) { $0.claims["aud"] = "%2Fother" } }
            #expect(foreign == .invalidToken(.foreignAudience))
            let unsigned = await failure {
                try await asked(provider) { token in
                    token.claims["aud"] = .string(Self.quoted)
                    token.header["alg"] = "none"
                }
            }
            #expect(unsigned == .invalidToken(.algorithm))
            let others = await failure { try await asked(provider, subject: "mallory") }
            #expect(others == .mismatch(.subject))
        }
    }

    @Test(arguments: [
        (403, "access_denied", "access_denied"), (400, "invalid_client", "invalid_client"),
        // Speaks of what was shown, not of the grant behind it.
        (401, "invalid_grant", "invalid_token"),
    ])
    func `a refusal is told`(status: Int, said: String, heard: String) async throws {
        try await withProvider { provider in
            provider.change { $0.replies["/token"] = .answer(status, body: #"{"error": "\#(said)"}"#) }
            let error = await failure { try await asked(provider) }
            guard case .refused(.token, code: heard, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.endsGrant == false)
        }
    }
}
