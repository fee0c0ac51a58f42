public import CarrelModel

/// Why an invitation lets somebody not in.
public enum InvitationError: CarrelError, Equatable {
    /// There is none with this secret, or it leads into another instance.
    case unknown
    /// One of its managers took it back.
    case revoked
    /// Its time is over.
    case expired
    /// As many people joined with it as may.
    case used
    /// All places of the instance are taken.
    case full
    /// The instance takes nobody new.
    case closed
    /// The instance is over.
    case over
    /// Who is signed in has an account that exists for another instance only.
    case otherAccount

    /// The stable name.
    public var code: String {
        switch self {
        case .unknown: "invitation.unknown"
        case .revoked: "invitation.revoked"
        case .expired: "invitation.expired"
        case .used: "invitation.used"
        case .full: "invitation.full"
        case .closed: "invitation.closed"
        case .over: "invitation.over"
        case .otherAccount: "invitation.otherAccount"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .unknown: "This invitation isn't one of ours, or not for this place."
        case .revoked: "This invitation was taken back."
        case .expired: "This invitation has expired."
        case .used: "This invitation is used up: as many people joined with it as may."
        case .full: "All places are taken."
        case .closed: "Nobody new is taken at the moment."
        case .over: "What you were invited to is over."
        case .otherAccount: "Your account here is only for something else."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .unknown: "Open the link once more just as you were sent it: all of it, to the last character."
        case .revoked, .expired, .used: "Ask whoever sent it to you for a new one."
        case .full, .closed: "Ask whoever sent it to you; a place may come free."
        case .over: "Ask whoever sent it to you."
        case .otherAccount: "Sign out, open the link once more, and make an account for this."
        }
    }
}
