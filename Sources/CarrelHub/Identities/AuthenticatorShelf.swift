import AsyncHTTPClient
import CarrelAuth
import CarrelModel
import Foundation
import Synchronization

/// The authenticators of the configuration, each made once and again when its keys or its secret change.
final class AuthenticatorShelf: Sendable {
    private struct Place {
        let settings: AuthenticatorSettings
        let origin: String
        let secret: String?
        let authenticator: any Authenticator
    }

    private let settings: @Sendable () -> [AuthenticatorSettings]
    /// The hub's public address, to which providers send browsers back.
    let origin: @Sendable () -> String
    private let http: HTTPClient
    private let places = Mutex<[String: Place]>([:])

    init(
        settings: @escaping @Sendable () -> [AuthenticatorSettings],
        origin: @escaping @Sendable () -> String,
        http: HTTPClient,
    ) {
        self.settings = settings
        self.origin = origin
        self.http = http
    }

    /// All of them, in the order of the sign-in page.
    var all: [AuthenticatorSettings] { settings() }

    /// The settings of the one of this name; nil when the configuration has none.
    func settings(_ name: String) -> AuthenticatorSettings? { all.first { $0.name == name } }

    /// The one of this name; nil when the configuration has none.
    ///
    /// - Throws: ``AuthenticatorError/misconfigured(_:reason:)`` when its secret can't be read.
    func authenticator(_ name: String) throws(AuthenticatorError) -> (any Authenticator)? {
        guard let settings = settings(name) else { return nil }
        let (secret, origin) = (try secret(of: settings), origin())
        return places.withLock { places in
            if let place = places[name], place.settings == settings, place.origin == origin, place.secret == secret {
                return place.authenticator
            }
            let authenticator = make(settings, secret, origin)
            places[name] = Place(settings: settings, origin: origin, secret: secret, authenticator: authenticator)
            return authenticator
        }
    }

    /// The one of this name, when it is a provider of OpenID Connect.
    ///
    /// - Throws: ``AuthenticatorError/misconfigured(_:reason:)`` when its secret can't be read.
    func provider(_ name: String) throws(AuthenticatorError) -> OpenIDAuthenticator? {
        try authenticator(name) as? OpenIDAuthenticator
    }

    private func make(_ settings: AuthenticatorSettings, _ secret: String?, _ origin: String) -> any Authenticator {
        switch settings.kind {
        case .openid:
            OpenIDAuthenticator(
                settings,
                secret: secret,
                redirectURI: origin + settings.callbackPath,
                http: http,
            )
        case .ldap: LDAPAuthenticator(settings, password: secret)
        }
    }

    private func secret(of settings: AuthenticatorSettings) throws(AuthenticatorError) -> String? {
        guard let path = settings.secretFile else { return nil }
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= 4096,
            let text = String(data: bytes, encoding: .utf8)?.trimmingCharacters(in: .whitespacesAndNewlines),
            !text.isEmpty
        else { throw .misconfigured(settings.title, reason: "\(path) has no secret that can be read") }
        return text
    }
}

extension AuthenticatorSettings {
    /// The file with what the hub proves itself with there.
    fileprivate var secretFile: String? {
        switch kind {
        case .openid: clientSecretFile
        case .ldap: directory.bindPasswordFile
        }
    }
}
