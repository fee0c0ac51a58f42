import CarrelAuth
import CarrelModel
import Foundation
import LDAPClient

/// An LDAP directory as a way to sign in.
struct LDAPAuthenticator: Authenticator {
    let settings: AuthenticatorSettings
    private let directory: LDAPDirectory
    /// Whether people can be looked up whose password isn't at hand.
    private let canAskAgain: Bool

    /// - Parameters:
    ///   - settings: of the configuration.
    ///   - password: the content of ``DirectorySettings/bindPasswordFile``.
    init(_ settings: AuthenticatorSettings, password: String?) {
        self.settings = settings
        directory = LDAPDirectory(LDAPSettings(settings, password: password), threads: settings.directory.connections)
        canAskAgain = settings.directory.nameTemplate == nil || settings.directory.bindName != nil
    }

    func begin(
        next: String?,
        purpose: SignInAttempt.Purpose,
        now: Date,
    ) async throws(AuthenticatorError) -> SignInStart { .form }

    func authenticate(_ proof: SignInProof) async throws(AuthenticatorError) -> AuthenticatedPerson {
        guard case .password(let name, let password) = proof else { throw .foreign(settings.title) }
        let found: LDAPPerson
        do throws(LDAPError) {
            found = try await directory.signIn(name: name, password: password)
        } catch {
            throw translated(error)
        }
        return try person(found).get()
    }

    func refresh(
        _ grant: Data,
        of subject: String,
        keep: @Sendable (Data) async -> Void,
    ) async throws(AuthenticatorError) -> AuthenticatedPerson? {
        guard var before = LDAPGrant(stored: grant) else { return nil }
        let found: LDAPPerson?
        do throws(LDAPError) {
            found = try await directory.person(named: before.name)
        } catch {
            throw translated(error)
        }
        if let found {
            let person = try person(found).get()
            if person.subject == subject {
                if before.wasMissed, let stored = person.grant { await keep(stored) }
                return person
            }
        }
        // An account that searches and has lost its rights finds nobody either: once isn't enough.
        guard !before.wasMissed else { return nil }
        before.wasMissed = true
        if let stored = before.stored { await keep(stored) }
        throw .notFound(settings.title)
    }

    func signOut(_ grant: Data?, returningTo address: String) async throws(AuthenticatorError) -> SignOutStep? { nil }

    /// There is nothing to give back: what is kept is a name.
    func release(_ grant: Data) async throws(AuthenticatorError) {}

    // MARK: Who

    private func person(_ found: LDAPPerson) -> Result<AuthenticatedPerson, AuthenticatorError> {
        let keys = settings.directory
        var subject = found.name
        if let attribute = keys.subjectAttribute {
            let values = found.attributes[attribute] ?? []
            guard values.count == 1, let value = values.first, !value.isEmpty else {
                let reason = "an entry has \(values.count) values of \(attribute) that are text, and must have one"
                return .failure(.unfit(settings.title, reason: reason))
            }
            subject = value
        }
        return .success(
            AuthenticatedPerson(
                subject: subject,
                label: found.attributes[keys.labelAttribute]?.first ?? found.name,
                names: [found.name],
                entitlements: nil,
                groups: found.groups,
                grant: canAskAgain ? LDAPGrant(name: found.name).stored : nil,
            )
        )
    }

    /// Words for people instead of the protocol's.
    private func translated(_ error: LDAPError) -> AuthenticatorError {
        let title = settings.title
        return switch error {
        case .wrongNameOrPassword: .wrongPassword(title)
        case .accountLocked: .refused(title, words: "Your account is locked there.")
        case .passwordExpired: .refused(title, words: "Your password has expired there. Change it, then sign in here.")
        case .unreachable, .tooSlow, .cancelled: .unreachable(title)
        case .untrustedCertificate, .startTLSRefused, .unprotected: .untrusted(title, reason: "\(error)")
        case .ambiguous, .unexpectedAnswer: .unfit(title, reason: "\(error)")
        case .serviceAccountRefused, .serviceAccountMissing, .refused, .settings:
            .misconfigured(title, reason: "\(error)")
        }
    }
}

extension LDAPSettings {
    /// From the configuration; all servers together may take no longer than one may there.
    fileprivate init(_ settings: AuthenticatorSettings, password: String?) {
        let keys = settings.directory
        let wanted = [keys.labelAttribute] + (keys.subjectAttribute.map { [$0] } ?? [])
        self.init(
            servers: keys.servers,
            startTLS: keys.startTLS,
            plain: keys.plain,
            certificateAuthority: settings.certificateAuthority,
            bindName: keys.bindName,
            bindPassword: password,
            nameTemplate: keys.nameTemplate,
            base: keys.base,
            filter: keys.filter,
            userNameAttribute: keys.userNameAttribute,
            attributes: wanted.indices.filter { !wanted[..<$0].contains(wanted[$0]) }.map { wanted[$0] },
            groupBase: keys.groupBase,
            groupFilter: keys.groupFilter,
            groupNameAttribute: keys.groupNameAttribute,
            deadline: settings.deadline / max(1, keys.servers.count),
        )
    }
}
