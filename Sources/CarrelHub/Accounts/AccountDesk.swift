public import CarrelAuth
public import CarrelModel
public import CarrelStore
public import Foundation

/// What can be done with accounts and their tokens; the command line and the pages stand before it.
public struct AccountDesk: Sendable {
    let store: Store
    let verifier: PasswordVerifier
    let rule: PasswordRule
    /// Whether an earlier user of a name that nobody has now has left a home.
    let hasHome: @Sendable (UserName) async throws -> Bool
    let now: @Sendable () -> Date

    /// Joins the parts.
    public init(
        store: Store,
        verifier: PasswordVerifier,
        rule: PasswordRule,
        hasHome: @escaping @Sendable (UserName) async throws -> Bool,
        now: @escaping @Sendable () -> Date = { Date() },
    ) {
        self.store = store
        self.verifier = verifier
        self.rule = rule
        self.hasHome = hasHome
        self.now = now
    }

    var audit: AuditTrail { AuditTrail(store: store, now: now) }

    // MARK: Users

    /// Adds a user with a password that must be changed at the first sign-in.
    ///
    /// - Returns: the password, to be handed over once.
    /// - Throws: ``StoreError/userExists(_:)`` or ``StoreError/userLooksLike(_:other:)``.
    public func add(_ name: UserName, isAdmin: Bool) async throws -> String {
        let (password, hash) = try await oneTimePassword()
        let details = isAdmin ? ["role": "admin"] : [:]
        _ = try await audit.noting(.userMade, .account(name), details: details).users.add(
            UserRecord(name: name, passwordHash: hash, mustChangePassword: true, isAdmin: isAdmin, createdAt: now())
        )
        return password
    }

    /// Adds the first admin if there is nobody yet.
    ///
    /// - Returns: the name and the one-time password, or nil when there are users.
    public func addFirstAdmin() async throws -> (name: UserName, password: String)? {
        guard try await store.users.isEmpty() else { return nil }
        let name = try UserName(normalizing: "admin")
        return (name, try await add(name, isAdmin: true))
    }

    /// All users by name.
    public func users() async throws -> [UserRecord] {
        try await store.users.all()
    }

    /// Gives a user a new one-time password and signs them out everywhere.
    ///
    /// - Returns: the password, to be handed over once.
    public func resetPassword(of name: UserName) async throws -> String {
        let (password, hash) = try await oneTimePassword()
        let store = audit.noting(.passwordReset, .account(name))
        try await store.users.setPassword(hash, of: name, mustChange: true, keeping: nil)
        return password
    }

    /// Disables a user and signs them out everywhere, or enables them again.
    public func setDisabled(_ isDisabled: Bool, of name: UserName) async throws {
        let action = isDisabled ? AuditAction.userDisabled : .userEnabled
        try await audit.noting(action, .account(name)).users.setDisabled(isDisabled, of: name)
    }

    /// Gives a user an admin's rights, or takes them away.
    public func setAdmin(_ isAdmin: Bool, of name: UserName) async throws {
        let action = isAdmin ? AuditAction.roleGiven : .roleTaken
        let store = audit.noting(action, .account(name), details: ["role": "admin"])
        try await store.users.setAdmin(isAdmin, of: name)
    }

    /// How much a user's home may hold, and whose quota that is.
    ///
    /// - Parameters:
    ///   - name: whose home.
    ///   - everybody: what a home may hold for which nothing else is said.
    /// - Returns: the quota that holds.
    /// - Throws: ``StoreError/noSuchUser(_:)``.
    public func homeQuota(of name: UserName, everybody: ByteCount?) async throws -> HomeQuota {
        guard let user = try await store.users.named(name) else { throw StoreError.noSuchUser(name.text) }
        return try await HomeQuotaBook(groups: store.groups, everybody: { everybody }).quota(of: user)
    }

    /// Notes how much a user's home may hold; nil for as much as their groups' quota or everybody's.
    ///
    /// The hub puts it to use.
    ///
    /// - Throws: ``StoreError/noSuchUser(_:)``.
    public func setHomeQuota(_ quota: ByteCount?, of name: UserName) async throws {
        let details = ["quota": quota?.description ?? "default"]
        let store = audit.noting(.quotaChanged, .account(name), details: details)
        try await store.users.change(name) { $0.homeQuota = quota?.bytes }
    }

    /// Removes a user; the home stays where it is.
    ///
    /// - Throws: ``AccountError/serverRuns(_:)`` while a server of theirs isn't stopped.
    public func remove(_ name: UserName) async throws {
        let store = audit.noting(.userRemoved, .account(name))
        guard try await store.users.remove(name) else { throw AccountError.serverRuns(name.text) }
    }

    /// The number under which a user's servers run, where each user has one.
    ///
    /// - Parameters:
    ///   - name: whose.
    ///   - uids: what the configuration sets apart for servers.
    /// - Returns: the number, of user and group alike.
    /// - Throws: ``StoreError/noSuchUser(_:)``, or when all numbers are taken.
    public func serverUID(of name: UserName, in uids: ClosedRange<UInt32>) async throws -> UInt32 {
        guard let user = try await store.users.named(name) else { throw StoreError.noSuchUser(name.text) }
        return try ServerLaunch.uid(of: user, in: uids)
    }

    // MARK: Second factors

    /// Since when a user's second factor is on, and how many recovery codes are left; nil when it is off.
    ///
    /// - Throws: ``StoreError/noSuchUser(_:)``.
    public func secondFactor(of name: UserName) async throws -> (since: Date, codesLeft: Int)? {
        guard let id = try await store.users.named(name)?.id else { throw StoreError.noSuchUser(name.text) }
        guard let record = try await store.secondFactors.find(ofUser: id) else { return nil }
        return (record.createdAt, try await store.secondFactors.codesLeft(ofUser: id))
    }

    /// Turns a user's second factor off, for who lost their app and their recovery codes; the password stays.
    ///
    /// - Returns: whether it was on.
    /// - Throws: ``StoreError/noSuchUser(_:)``.
    public func turnOffSecondFactor(of name: UserName) async throws -> Bool {
        guard let id = try await store.users.named(name)?.id else { throw StoreError.noSuchUser(name.text) }
        return try await audit.noting(.secondFactorOff, .account(name)).secondFactors.turnOff(ofUser: id)
    }

    // MARK: Passwords

    /// Sets a password that its owner chose; signs them out in every other browser.
    ///
    /// - Parameters:
    ///   - user: whose password.
    ///   - new: the new one, as typed.
    ///   - session: the session that goes on.
    /// - Throws: ``AccountError/samePassword`` or ``AuthError/passwordRefused(_:)``.
    func setPassword(of user: UserRecord, to new: String, keeping session: Int64?) async throws {
        let hash = try await accept(new, for: user)
        let store = audit.noting(.passwordChanged, .account(user.name))
        try await store.users.setPassword(hash, of: user.name, mustChange: false, keeping: session)
    }

    /// The hash of a password that may be somebody's next one.
    ///
    /// - Throws: as ``setPassword(of:to:keeping:)``.
    func accept(_ new: String, for user: UserRecord) async throws -> String {
        let password = try rule.accept(new, for: user.name.text)
        let old = try user.storedHash
        if try await verifier.verify(new, against: old) { throw AccountError.samePassword }
        var random = SystemRandomNumberGenerator()
        return try await verifier.hash(password, using: &random).text
    }

    private func oneTimePassword() async throws -> (password: String, hash: String) {
        var random = SystemRandomNumberGenerator()
        let password = OneTimePassword.generate(using: &random)
        let hash = try await verifier.hash(Password(password), using: &random)
        return (password, hash.text)
    }

    // MARK: Tokens

    /// Makes a token for a user.
    ///
    /// - Parameters:
    ///   - name: whose token.
    ///   - note: what it is for.
    ///   - scopes: what it may do; empty: whatever its user may.
    ///   - lifetime: how long it is valid; nil: until it is revoked.
    /// - Returns: the token, to be shown once.
    /// - Throws: ``StoreError/noSuchUser(_:)`` or ``AuthError/unknownScope(_:)``.
    public func createToken(
        for name: UserName,
        note: String,
        scopes: [String],
        lifetime: Duration?,
    ) async throws -> String {
        guard let user = try await store.users.named(name), let id = user.id else {
            throw StoreError.noSuchUser(name.text)
        }
        let wanted = scopes.isEmpty ? Role.token.scopes : try Scope.list(scopes)
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.token, using: &random)
        var record = TokenRecord(
            userId: id,
            secretHash: secret.hash.hex,
            scopes: wanted.map(\.text),
            note: note,
            createdAt: now(),
        )
        record.expiresAt = lifetime.map { now().addingTimeInterval($0.seconds) }
        let details = ["note": note, "scopes": record.scopes.joined(separator: " ")]
        _ = try await audit.noting(.tokenMade, .account(name), details: details).tokens.add(record)
        return secret.reveal()
    }

    /// A user's own live tokens, the newest first.
    public func tokens(of name: UserName) async throws -> [TokenRecord] {
        guard let id = try await store.users.named(name)?.id else { throw StoreError.noSuchUser(name.text) }
        return try await store.tokens.ownTokens(ofUser: id, now: now())
    }

    /// Revokes a token.
    ///
    /// - Throws: ``StoreError/noSuchToken(_:)``.
    public func revokeToken(_ id: Int64) async throws {
        let owner = try await store.tokens.owner(of: id)?.name
        try await audit.noting(.tokenRevoked, .token(id), of: owner).tokens.revoke(id)
    }
}

extension UserRecord {
    /// What is stored of the password; nil for a user without one.
    ///
    /// - Throws: ``AccountError/passwordUnreadable(of:)``.
    var storedHash: PasswordHash? {
        get throws(AccountError) {
            guard let passwordHash else { return nil }
            do {
                return try PasswordHash(text: passwordHash)
            } catch {
                throw .passwordUnreadable(of: name.text)
            }
        }
    }
}
