import CarrelStore

/// Events of the audit record in plain words, each a part of a sentence that follows who did it.
enum AuditWords {
    /// Who did it, for somebody who sees it.
    ///
    /// - Parameters:
    ///   - record: the event.
    ///   - reader: the number of the user who reads it on a page of their own; nil for an admin.
    /// - Returns: a name, or what stands for one.
    static func who(_ record: AuditRecord, for reader: Int64? = nil) -> String {
        switch record.actorKind {
        case .user: reader != nil && record.actorId == reader ? "You" : record.actorName
        case .stranger: "Somebody"
        case .command: "\(record.actorName) (command line)"
        case .hub: "The hub"
        }
    }

    /// What they did: `signed in`, `entered the server anna/`.
    static func what(_ record: AuditRecord, for reader: Int64? = nil) -> String {
        let isMine = reader != nil && record.subjectId == reader
        let whose = Whose(record, isMine: isMine)
        guard let action = AuditAction(rawValue: record.action) else { return "\(record.action) \(record.targetName)" }
        if record.outcome != .done { return attempt(action, whose) }
        return done(action, whose)
    }

    /// An action to choose from a list: `Signed in`, `Removed a group`.
    static func title(_ action: AuditAction) -> String {
        let words =
            switch action {
            case .sessionRefused, .passwordConfirmed: attempt(action, .anybody(action))
            case .groupRoleChanged: "gave somebody another role in a group"
            case .instanceRoleChanged: "gave somebody another role in an instance"
            default: done(action, .anybody(action))
            }
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private static func done(_ action: AuditAction, _ whose: Whose) -> String {
        session(action, whose) ?? account(action, whose) ?? group(action, whose) ?? instance(action, whose)
            ?? things(action, whose)
    }

    /// Whose things an event is about.
    struct Whose {
        /// The thing itself: `the server anna/`, `the group divers`.
        let target: String
        let account: String
        let person: String
        let possessive: String
        let role: String
        let isOwn: Bool

        /// Nobody's in particular.
        static func anybody(_ action: AuditAction) -> Whose {
            let kinds = [
                ("group", "a group"), ("instance", "an instance"), ("invitation", "an instance"),
                ("handIns", "an instance"), ("server", "another’s server"), ("quota", "a home or a group"),
            ]
            let kind = kinds.first { action.rawValue.hasPrefix($0.0) }?.1 ?? "a home"
            return Whose(target: kind)
        }

        private init(target: String) {
            self.target = target
            (account, person, possessive, role, isOwn) = ("an account", "somebody", "somebody’s", "admin", true)
        }

        init(_ record: AuditRecord, isMine: Bool) {
            let subject = record.subjectName ?? record.targetName
            isOwn = record.actorId != nil && record.actorId == record.subjectId
            target = record.targetKind == "hub" ? "the hub" : "the \(record.targetKind) \(record.targetName)"
            person = isMine ? "you" : subject.isEmpty ? "somebody" : subject
            possessive = isMine ? "your" : isOwn ? "their" : subject.isEmpty ? "somebody’s" : "\(subject)’s"
            account = subject.isEmpty ? "an account" : isMine ? "your account" : "the account \(subject)"
            role = record.detailFields["role"] ?? ""
        }
    }

    private static func attempt(_ action: AuditAction, _ whose: Whose) -> String {
        switch action {
        case .sessionRefused: "tried to sign in to \(whose.account)"
        case .passwordConfirmed: "typed a wrong present password of \(whose.account)"
        case .serverEntered: "tried to enter \(whose.target)"
        default: "tried: \(action.rawValue) \(whose.target)"
        }
    }

    private static func session(_ action: AuditAction, _ whose: Whose) -> String? {
        switch action {
        case .sessionBegan: "signed in"
        case .sessionRefused: "tried to sign in to \(whose.account)"
        case .sessionEnded: whose.isOwn ? "signed out" : "signed \(whose.person) out"
        case .passwordConfirmed: "typed \(whose.possessive) present password"
        case .passwordChanged: "changed \(whose.possessive) password"
        case .passwordReset: "made a one-time password for \(whose.account)"
        case .passwordLinkMade: "made a link for a new password of \(whose.account)"
        case .secondFactorOn: "turned on \(whose.possessive) second factor"
        case .secondFactorOff: "turned off \(whose.possessive) second factor"
        case .recoveryCodesMade: "made new recovery codes for \(whose.account)"
        case .identityLinked: "added a way to sign in to \(whose.account)"
        case .identityUnlinked: "took a way to sign in from \(whose.account)"
        case .identityLapsed: "noted that a provider doesn’t vouch for \(whose.person) any more"
        default: nil
        }
    }

    private static func account(_ action: AuditAction, _ whose: Whose) -> String? {
        switch action {
        case .tokenMade: "made a token for \(whose.account)"
        case .tokenRevoked: "revoked a token of \(whose.account)"
        case .credentialKept: "gave a credential for another service"
        case .credentialRemoved: "took back a credential for another service"
        case .filePasswordMade: "made a password for \(whose.possessive) files"
        case .filePasswordRevoked: "took back a password for \(whose.possessive) files"
        case .vaultRotated: "made a new key for the vault"
        case .userMade: "made \(whose.account)"
        case .userDeclined: "refused \(whose.person) an account"
        case .userDisabled: "disabled \(whose.account)"
        case .userEnabled: "enabled \(whose.account)"
        case .userRemoved: "removed \(whose.account)"
        case .roleGiven: "made \(whose.person) an \(whose.role)"
        case .roleTaken: "took the role \(whose.role) from \(whose.person)"
        case .quotaChanged: "changed the quota of \(whose.target)"
        case .requestAnswered: "granted a request of \(whose.person)"
        default: nil
        }
    }

    private static func group(_ action: AuditAction, _ whose: Whose) -> String? {
        switch action {
        case .groupMade: "made \(whose.target)"
        case .groupRemoved: "removed \(whose.target)"
        case .groupMemberAdded: "put \(whose.person) into \(whose.target)"
        case .groupMemberRemoved: "took \(whose.person) out of \(whose.target)"
        case .groupRoleChanged: "made \(whose.person) \(whose.role) of \(whose.target)"
        default: nil
        }
    }

    private static func instance(_ action: AuditAction, _ whose: Whose) -> String? {
        switch action {
        case .instanceMade: "made \(whose.target)"
        case .instanceChanged: "changed \(whose.target)"
        case .instanceEndMoved: "moved the end of \(whose.target)"
        case .instanceEnded: "ended \(whose.target)"
        case .instanceDeleting: "began to delete \(whose.target)"
        case .instanceDeleted: "deleted \(whose.target)"
        case .instanceMemberAdded: "let \(whose.person) into \(whose.target)"
        case .instanceMemberRemoved: "took \(whose.person) out of \(whose.target)"
        case .instanceRoleChanged: "made \(whose.person) \(whose.role) of \(whose.target)"
        case .invitationMade: "made an invitation into \(whose.target)"
        case .invitationRevoked: "revoked an invitation into \(whose.target)"
        default: nil
        }
    }

    private static func things(_ action: AuditAction, _ whose: Whose) -> String {
        switch action {
        case .serverEntered: "entered \(whose.target)"
        case .serverStartedByOther: "started \(whose.target)"
        case .serverStoppedByOther: "stopped \(whose.target)"
        case .serverLogRead: "read the log of \(whose.target)"
        case .fileRestored: "brought something back from a restore point of \(whose.target)"
        case .takeoutMade: "downloaded files of \(whose.target)"
        case .handInsTaken: "downloaded what was handed in in \(whose.target)"
        case .homeDeleted: "deleted \(whose.target)"
        case .configurationReloaded: "put a new configuration to use"
        case .auditExported: "exported the audit record"
        case .auditPruned: "removed old events of the audit record"
        default: "\(action.rawValue) \(whose.target)"
        }
    }

    /// Why something wasn't done.
    static func reason(_ word: String) -> String {
        switch word {
        case "wrongPassword": "wrong password"
        case "wrongCode": "wrong code"
        case "disabled": "the account is switched off"
        case "throttled": "too many tries"
        case "notYours": "it isn’t theirs"
        case "flood": "more tries by strangers than are kept of a day"
        case "outsider": "lacks what a provider has to say of them"
        case "nameTaken": "the name is somebody else’s"
        case "homeLeft": "an earlier user’s home has the name"
        case "nameless": "no usable name"
        case "unreadable": "what the provider says of them can’t be used"
        default: word
        }
    }
}
