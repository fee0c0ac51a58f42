import Crypto
import Foundation

/// A sign-in that is about to begin: where the browser is sent, and what is kept meanwhile (Core §3.1.2.1).
public struct AuthorizationRequest: Sendable, Equatable {
    /// Where to send the browser.
    public let url: String
    /// What the answer is compared with; keep it for this one browser and this one answer.
    public let secrets: Secrets

    /// What only we know of a sign-in that is under way.
    public struct Secrets: Codable, Sendable, Equatable {
        /// Comes back with the browser (RFC 6749 §10.12); a key to find the secrets by.
        public let state: String
        /// Comes back in the ID token (Core §15.5.2).
        public let nonce: String
        /// What the code is redeemed with (RFC 7636 §4.1).
        public let verifier: String

        /// Takes back what was kept.
        public init(state: String, nonce: String, verifier: String) {
            self.state = state
            self.nonce = nonce
            self.verifier = verifier
        }

        /// Draws 256 random bits for each, 43 characters of base64url.
        static func generate(using generator: inout some RandomNumberGenerator) -> Secrets {
            func draw() -> String {
                Base64URL.encode((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
            }
            return Secrets(state: draw(), nonce: draw(), verifier: draw())
        }

        /// The verifier's hash, as method `S256` has it (RFC 7636 §4.2).
        var challenge: String { Base64URL.encode(SHA256.hash(data: Data(verifier.utf8))) }
    }

    /// Puts the address together.
    init(
        _ registration: OpenIDRegistration,
        _ metadata: ProviderMetadata,
        secrets: Secrets,
        prompt: String?,
    ) {
        self.secrets = secrets
        var parameters: [(name: String, value: String)] = [
            ("response_type", "code"),
            ("client_id", registration.clientID),
            ("redirect_uri", registration.redirectURI),
            ("scope", registration.requestedScopes.joined(separator: " ")),
            ("state", secrets.state),
            ("nonce", secrets.nonce),
            ("code_challenge", secrets.challenge),
            ("code_challenge_method", "S256"),
        ]
        if let prompt { parameters.append(("prompt", prompt)) }
        url = metadata.authorization.adding(parameters)
    }
}

extension AuthorizationRequest: OpenIDHidden {}
extension AuthorizationRequest.Secrets: OpenIDHidden {}
