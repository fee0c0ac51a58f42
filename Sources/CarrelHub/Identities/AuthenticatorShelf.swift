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
    private let make: Maker
    /// The fields of requests that the proxy keeps from servers since it was started, in lower case.
    private let privateFields: Set<String>
    private let places = Mutex<[String: Place]>([:])

    /// Makes an authenticator of its settings, its secret, and the hub's public address.
    typealias Maker = @Sendable (AuthenticatorSettings, String?, String) -> any Authenticator

    init(
        settings: @escaping @Sendable () -> [AuthenticatorSettings],
        origin: @escaping @Sendable () -> String,
        privateFields: Set<String> = [],
        make: @escaping Maker,
    ) {
        self.privateFields = privateFields
        self.settings = settings
        self.origin = origin
        self.make = make
    }

    /// The authenticators that there are, which ask outside by a client.
    convenience init(
        settings: @escaping @Sendable () -> [AuthenticatorSettings],
        origin: @escaping @Sendable () -> String,
        http: HTTPClient,
        openBIS: OpenBISConnections,
        privateFields: Set<String> = [],
    ) {
        self.init(settings: settings, origin: origin, privateFields: privateFields) { settings, secret, origin in
            switch settings.kind {
            case .openid:
                OpenIDAuthenticator(
                    settings,
                    secret: secret,
                    redirectURI: origin + settings.callbackPath,
                    http: http,
                )
            case .ldap: LDAPAuthenticator(settings, password: secret)
            case .header: HeaderAuthenticator(settings: settings, secret: secret ?? "")
            case .openbis: OpenBISAuthenticator(settings: settings, connections: openBIS)
            }
        }
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
        try checkFields(of: settings)
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

    /// What would show servers the secret isn't used.
    private func checkFields(of settings: AuthenticatorSettings) throws(AuthenticatorError) {
        guard settings.kind == .header else { return }
        guard settings.header.fields.allSatisfy({ privateFields.contains($0.lowercased()) }) else {
            let reason = "its headers hold after the next start of carrel serve, when the proxy keeps them from servers"
            throw .misconfigured(settings.title, reason: reason)
        }
    }

    private func secret(of settings: AuthenticatorSettings) throws(AuthenticatorError) -> String? {
        guard let path = settings.secretFile else { return nil }
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= 4096,
            let text = String(data: bytes, encoding: .utf8)?.trimmingCharacters(in: .whitespacesAndNewlines),
            !text.isEmpty
        else { throw .misconfigured(settings.title, reason: "\(path) has no secret that can be read") }
        guard settings.kind != .header || text.utf8.count >= Self.shortestSecret else {
            let reason = "the secret in \(path) has fewer than \(Self.shortestSecret) characters"
            throw .misconfigured(settings.title, reason: reason)
        }
        return text
    }

    /// The fewest bytes of a secret that anybody may try.
    private static let shortestSecret = 16
}

extension AuthenticatorSettings {
    /// The file with what the hub proves itself with there.
    fileprivate var secretFile: String? {
        switch kind {
        case .openid: clientSecretFile
        case .ldap: directory.bindPasswordFile
        case .header: header.secretFile
        case .openbis: nil
        }
    }
}
