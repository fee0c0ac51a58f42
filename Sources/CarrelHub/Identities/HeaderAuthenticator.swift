import CarrelAuth
import CarrelModel
import Foundation

/// What a proxy before this one says of the people whom it has signed in, as a way to sign in.
///
/// It counts only in a request that shows the secret too. Whatever is unclear counts for nothing.
struct HeaderAuthenticator: Authenticator {
    /// What the headers of a request say.
    enum Claim: Equatable {
        /// Nobody is named.
        case none
        /// Somebody is named, and the secret is missing or wrong.
        case unproven
        /// Somebody is named, and a header comes twice or names several.
        case doubled
        /// Somebody is named whom the proxy vouches for.
        case person(AuthenticatedPerson)
    }

    let settings: AuthenticatorSettings
    /// The content of ``HeaderSettings/secretFile``.
    let secret: String

    func begin(
        next: String?,
        purpose: SignInAttempt.Purpose,
        now: Date,
    ) async throws(AuthenticatorError) -> SignInStart { .proven }

    func authenticate(_ proof: SignInProof) async throws(AuthenticatorError) -> AuthenticatedPerson {
        guard case .fields(let values) = proof, case .person(let person) = claim(values) else {
            throw .refused(settings.title, words: "")
        }
        return person
    }

    func refresh(
        _ grant: Data,
        of subject: String,
        keep: @Sendable (Data) async -> Void,
    ) async throws(AuthenticatorError) -> AuthenticatedPerson? { nil }

    func signOut(_ grant: Data?, returningTo address: String) async throws(AuthenticatorError) -> SignOutStep? {
        settings.header.signOutURL.map { .address($0.text) }
    }

    /// There is nothing to give back: nothing is kept.
    func release(_ grant: Data) async throws(AuthenticatorError) {}

    /// Who is named, by the values of the headers of a name.
    func claim(_ values: (String) -> [String]) -> Claim {
        let keys = settings.header
        let users = values(keys.userHeader)
        guard users.contains(where: { !$0.isEmpty }) else { return .none }
        let shown = values(keys.secretHeader)
        guard shown.count == 1, let shown = shown.first, ConstantTime.equal(shown.utf8, secret.utf8) else {
            return .unproven
        }
        let emails = keys.emailHeader.map(values) ?? []
        let groups = keys.groupsHeader.map(values) ?? []
        // A proxy that joins two headers puts a comma between them.
        guard users.count == 1, let user = users.first, !user.contains(","), emails.count <= 1, groups.count <= 1 else {
            return .doubled
        }
        // What wasn't UTF-8 came to be this: two names may look alike then.
        guard !user.unicodeScalars.contains(where: { $0 == "\u{FFFD}" || $0.properties.generalCategory == .control })
        else {
            return .doubled
        }
        let names = (groups.first ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        return .person(
            AuthenticatedPerson(
                subject: user,
                label: emails.first.flatMap { $0.isEmpty ? nil : $0 } ?? user,
                names: [user],
                entitlements: nil,
                groups: names.filter { !$0.isEmpty },
            )
        )
    }
}
