import CarrelAuth
import CarrelModel
import CarrelStore

extension SignInDesk {
    /// What came of a code.
    enum CodeOutcome: Equatable {
        case right
        case wrong
        case wait(Duration)
    }

    /// Whether a typed code is an instance's; counted and slowed down like a sign-in, for each address and for the
    /// instance.
    func check(
        _ typed: String,
        codeOf instance: InstanceRecord,
        from client: ClientConnection,
    ) async throws -> CodeOutcome {
        let keys = ThrottleKey.keys(codeOf: instance.name.text, address: RequestAddress(client.address))
        let count: SignInCount
        switch try await countAhead(keys) {
        case .wait(let wait): return .wait(wait)
        case .counted(let counted): count = counted
        }
        let hash = instance.codeHash.flatMap { try? PasswordHash(text: $0) }
        guard try await verifier.verify(typed, against: hash) else { return .wrong }
        try await takeBack(count)
        return .right
    }
}
