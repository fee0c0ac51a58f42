/// What was done, or meant to be done, in words that programs can rely on.
public enum AuditAction: String, Codable, Sendable, CaseIterable {
    case sessionBegan = "session.began"
    case sessionRefused = "session.refused"
    case sessionEnded = "session.ended"
    /// Somebody who is signed in typed their present password; only those that were wrong are noted.
    case passwordConfirmed = "password.confirmed"
    case passwordChanged = "password.changed"
    /// Somebody else made a one-time password for an account.
    case passwordReset = "password.reset"
    /// An admin made a link by which somebody chooses a password.
    case passwordLinkMade = "password.link.made"
    case secondFactorOn = "secondFactor.on"
    case secondFactorOff = "secondFactor.off"
    case recoveryCodesMade = "secondFactor.codesMade"
    case identityLinked = "identity.linked"
    case identityUnlinked = "identity.unlinked"
    /// A provider doesn't vouch for somebody any more.
    case identityLapsed = "identity.lapsed"

    case tokenMade = "token.made"
    case tokenRevoked = "token.revoked"
    case credentialKept = "credential.kept"
    case credentialRemoved = "credential.removed"
    /// Somebody made a password with which programs reach their files.
    case filePasswordMade = "filePassword.made"
    case filePasswordRevoked = "filePassword.revoked"
    case vaultRotated = "vault.rotated"

    case userMade = "user.made"
    /// An admin didn't approve somebody who asked for an account.
    case userDeclined = "user.declined"
    case userDisabled = "user.disabled"
    case userEnabled = "user.enabled"
    case userRemoved = "user.removed"
    case roleGiven = "role.given"
    case roleTaken = "role.taken"
    case quotaChanged = "quota.changed"
    case requestAnswered = "request.answered"

    case groupMade = "group.made"
    case groupRemoved = "group.removed"
    case groupMemberAdded = "group.member.added"
    case groupMemberRemoved = "group.member.removed"
    case groupRoleChanged = "group.role.changed"

    case instanceMade = "instance.made"
    case instanceChanged = "instance.changed"
    case instanceEndMoved = "instance.end.moved"
    case instanceEnded = "instance.ended"
    case instanceDeleting = "instance.deleting"
    case instanceDeleted = "instance.deleted"
    case instanceMemberAdded = "instance.member.added"
    case instanceMemberRemoved = "instance.member.removed"
    case instanceRoleChanged = "instance.role.changed"
    case invitationMade = "invitation.made"
    case invitationRevoked = "invitation.revoked"

    /// Somebody entered another's server.
    case serverEntered = "server.entered"
    case serverStartedByOther = "server.started.byOther"
    case serverStoppedByOther = "server.stopped.byOther"
    /// Somebody read the log of another's server.
    case serverLogRead = "server.log.read"

    case fileRestored = "file.restored"
    case takeoutMade = "takeout.made"
    /// A manager downloaded what the people of an instance handed in.
    case handInsTaken = "handIns.taken"
    case homeDeleted = "home.deleted"

    case configurationReloaded = "configuration.reloaded"
    case auditExported = "audit.exported"
    case auditPruned = "audit.pruned"
}
