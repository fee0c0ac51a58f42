public import CarrelModel
import Foundation

/// Hashes and verifies passwords away from the threads that serve requests.
public struct PasswordVerifier: Sendable {
    private let work: any BlockingWork
    /// What a new hash costs.
    public let cost: PasswordHash.Cost

    /// Makes a verifier.
    ///
    /// - Parameters:
    ///   - work: runs the hashing; its number of threads bounds the memory that sign-ins take at once.
    ///   - cost: of new hashes, and of the work done for an unknown user.
    public init(work: any BlockingWork, cost: PasswordHash.Cost = .standard) {
        self.work = work
        self.cost = cost
    }

    /// Whether a typed password is the right one.
    ///
    /// An unknown user, and a password that can't be one, cost as much as a wrong password, so that the time of the
    /// answer doesn't tell whether an account exists (as long as its hash was made with today's cost).
    ///
    /// - Parameters:
    ///   - typed: as it came from the form.
    ///   - hash: what is stored, or nil for an unknown user and for one without a password.
    /// - Returns: true only when there is a hash and it matches.
    /// - Throws: ``AuthError/hashingFailed``, or the helper's error when it is shutting down.
    public func verify(_ typed: String, against hash: PasswordHash?) async throws -> Bool {
        let password = try? Password(typed)
        let stand = try password ?? Password("unfit")
        let target = hash ?? .decoy(cost: cost)
        let (cost, decoy) = (cost, PasswordHash.decoy(cost: cost))
        let isMatch = try await work.run {
            // A cheaper hash must not be told from an unknown user by the time it takes.
            if target.needsRehash(for: cost) { _ = try decoy.matches(stand) }
            return try target.matches(stand)
        }
        return isMatch && hash != nil && password != nil
    }

    /// Hashes a new password.
    ///
    /// - Parameters:
    ///   - password: accepted by a ``PasswordRule`` before.
    ///   - generator: draws the salt.
    /// - Returns: what to store.
    /// - Throws: ``AuthError/hashingFailed``, or the helper's error when it is shutting down.
    public func hash(
        _ password: Password,
        using generator: inout some RandomNumberGenerator,
    ) async throws -> PasswordHash {
        let salt = PasswordHash.newSalt(using: &generator)
        return try await work.run { [cost] in try PasswordHash.make(password, cost: cost, salt: salt) }
    }

    /// Whether a password that was just verified should be hashed again at today's cost.
    ///
    /// - Parameter hash: what it was verified against.
    /// - Returns: true when the stored hash was made at another cost.
    public func needsRehash(_ hash: PasswordHash) -> Bool {
        hash.needsRehash(for: cost)
    }
}
