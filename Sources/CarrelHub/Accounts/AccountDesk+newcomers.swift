import CarrelAuth
import CarrelModel
import CarrelStore

extension AccountDesk {
    /// Goes on only for a name that somebody may choose for whom no admin vouches.
    ///
    /// Who is named as a manager in the settings of an instance is somebody whom the operator knows, also before they have
    /// an account.
    ///
    /// - Throws: ``StoreError/userExists(_:)`` or ``AccountError/homeLeft(_:)``.
    func requireFree(_ name: UserName) async throws {
        let isTaken = try await store.users.named(name) != nil
        let isMeant = try await store.instances.all().contains { $0.settings.managers.contains(name.text) }
        guard !isTaken, !isMeant else { throw StoreError.userExists(name.text) }
        guard try await !hasHome(name) else { throw AccountError.homeLeft(name.text) }
    }

    /// A password that somebody chose, in the form that is hashed.
    ///
    /// - Throws: ``AccountError/passwordsDiffer`` or ``AuthError/passwordRefused(_:)``.
    func accept(_ password: String, again: String, for name: UserName) throws -> Password {
        guard password == again else { throw AccountError.passwordsDiffer }
        return try rule.accept(password, for: name.text)
    }
}
