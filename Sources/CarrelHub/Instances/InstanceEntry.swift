import CarrelModel
import CarrelStore
import Foundation

/// Whether somebody may have a server in an instance.
///
/// Pure: the same arguments give the same answer.
struct InstanceEntry {
    /// What is known of somebody who wants in.
    struct Person {
        var user: UserRecord
        /// The names of the groups they are in.
        var groups: Set<String> = []
        /// What they are in the instance, if they belong to it.
        var role: InstanceMemberRecord.Role?
        /// Whether they had a server in it before.
        var hasBeenIn = false
        /// Whether they agreed to its terms as they are now.
        var hasAgreed = true
    }

    /// Why somebody may not enter.
    enum Refusal: Equatable {
        /// It isn't there for anybody any more.
        case gone
        /// It is over.
        case ended
        /// None of its ways in is theirs.
        case notInvited
        /// It takes nobody new at the moment.
        case closed
        /// They must agree to its terms first.
        case terms
    }

    let instance: InstanceRecord

    /// Why somebody may not enter now; nil when they may.
    func refusal(of person: Person, at now: Date) -> Refusal? {
        if instance.state == .archived || instance.state == .deleting { return .gone }
        if instance.state == .ended || instance.endsAt.map({ $0 <= now }) == true { return .ended }
        if let only = person.user.onlyInstanceId, only != instance.id { return .notInvited }
        guard !manages(person) else { return nil }
        guard hasWay(person) else { return .notInvited }
        if instance.isClosed, person.role == nil, !person.hasBeenIn { return .closed }
        return person.hasAgreed ? nil : .terms
    }

    /// Whether somebody manages it: an admin of the hub, or one of its managers.
    ///
    /// The settings name accounts of the hub. Accounts for one instance only are made with names that their owners choose:
    /// being called like a manager makes them none.
    func manages(_ person: Person) -> Bool {
        if let only = person.user.onlyInstanceId { return only == instance.id && person.role == .manager }
        return person.user.isAdmin || person.role == .manager
            || instance.settings.managers.contains(person.user.name.text)
    }

    private func hasWay(_ person: Person) -> Bool {
        let settings = instance.settings
        return settings.entry.contains { way in
            switch way {
            case .account: person.user.onlyInstanceId == nil
            case .group: !person.groups.isDisjoint(with: settings.groups)
            case .invitation, .code:
                person.role != nil || (person.user.isVisitor && person.user.onlyInstanceId == instance.id)
            case .open: true
            }
        }
    }
}
