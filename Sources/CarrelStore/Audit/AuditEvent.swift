public import CarrelModel
public import Foundation

/// Something that is to be noted in the audit record.
public struct AuditEvent: Sendable, Equatable {
    /// What was acted on.
    public enum Target: Sendable, Equatable {
        case account(UserName)
        /// A name that nobody has, or that isn't known; it isn't kept, as people type passwords into that field.
        case noAccount
        case token(Int64)
        case group(GroupName)
        case instance(InstanceName)
        case server(ServerKey)
        /// A home, as `instance/name`.
        case home(String)
        case hub

        /// The word for its kind.
        public var kind: String {
            switch self {
            case .account, .noAccount: "account"
            case .token: "token"
            case .group: "group"
            case .instance: "instance"
            case .server: "server"
            case .home: "home"
            case .hub: "hub"
            }
        }

        /// Its name, as it was at that time.
        public var name: String {
            switch self {
            case .account(let name): name.text
            case .noAccount, .hub: ""
            case .token(let id): "\(id)"
            case .group(let name): name.text
            case .instance(let name): name.text
            case .server(let key): key.description
            case .home(let name): name
            }
        }
    }

    /// What came of it, with a short word why for what wasn't done.
    public enum Outcome: Sendable, Equatable {
        case done
        case refused(String)
        case failed(String)

        var word: AuditRecord.Outcome {
            switch self {
            case .done: .done
            case .refused: .refused
            case .failed: .failed
            }
        }

        var reason: String? {
            switch self {
            case .done: nil
            case .refused(let reason), .failed(let reason): reason
            }
        }
    }

    /// When, to the millisecond.
    public var at: Date
    /// Who, from where, by what means.
    public var source: AuditSource
    /// What was done.
    public var action: AuditAction
    /// To what.
    public var target: Target
    /// Whose account, server or files it concerns; that person sees the event too.
    public var subject: UserName?
    /// What came of it.
    public var outcome: Outcome
    /// More that is worth knowing; never a secret.
    public var details: [String: String]

    /// Joins the parts; what is done to an account concerns its user.
    public init(
        at: Date,
        source: AuditSource,
        _ action: AuditAction,
        _ target: Target,
        of subject: UserName? = nil,
        outcome: Outcome = .done,
        details: [String: String] = [:],
    ) {
        self.at = at
        self.source = source
        self.action = action
        self.target = target
        if case .account(let name) = target { self.subject = subject ?? name } else { self.subject = subject }
        self.outcome = outcome
        self.details = details
    }
}
