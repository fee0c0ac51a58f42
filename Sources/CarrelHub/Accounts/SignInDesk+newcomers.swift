import CarrelAuth
import CarrelModel
import CarrelStore

extension SignInDesk {
    /// The hash of the password that somebody chose who waits for an account; nil for a name under which nobody waits.
    func hash(ofNewcomer name: UserName) async throws -> PasswordHash? {
        guard let record = try await store.signUps.named(name, now: now()) else { return nil }
        return try? PasswordHash(text: record.passwordHash)
    }
}
