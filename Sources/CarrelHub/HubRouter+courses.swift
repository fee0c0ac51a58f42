import CarrelAuth
import CarrelData
import CarrelModel
import CarrelStore
import Foundation

extension HubRouter {
    /// The pages about who belongs to an instance, how it ends, and what remains of it.
    struct Courses {
        let join: JoinPages
        let people: PeoplePages
        let end: EndPages
        let deletions: DeletionPages
        let gitLinks: GitLinkPages
        let gitSites: GitSitePages

        /// Joins the parts.
        ///
        /// - Parameters:
        ///   - servers: what is asked of servers.
        ///   - signIn: the pages that sign people in.
        ///   - work: hashes lists of passwords.
        ///   - key: signs records.
        ///   - checks: looks at repositories.
        ///   - offersLaunches: whether there are launch links.
        ///   - vault: encrypts people's tokens.
        ///   - publicURL: the hub's public address, if it is known.
        ///   - hasFolder: whether there is a project folder of this name.
        ///   - changed: has the hub look at the instances, and at what running servers show of them.
        init(
            servers: ServerDesk,
            signIn: SignInPages,
            work: any BlockingWork,
            key: RecordKey,
            checks: RepositoryChecks,
            offersLaunches: @escaping @Sendable () -> Bool = { false },
            vault: Vault,
            publicURL: @escaping @Sendable () -> String?,
            hasFolder: @escaping @Sendable (GroupName) -> Bool = { _ in false },
            changed: @escaping @Sendable () -> Void,
        ) {
            let (store, now, pages, keeper) = (servers.store, servers.now, signIn.pages, servers.keeper)
            let invitations = InvitationDesk(store: store, signIn: signIn.desk, accounts: signIn.accounts, now: now)
            let desk = PeopleDesk(
                store: store,
                instances: servers.instances,
                invitations: invitations,
                work: work,
                groups: GroupDesk(store: store, now: now, hasFolder: hasFolder, settleFolders: changed),
                wakeServer: { keeper.wake($0) },
                changed: changed,
                now: now,
            )
            let register = InstanceRegister(store: store, now: now, changed: changed)
            join = JoinPages(desk: invitations, signIn: signIn, pages: pages)
            let origin: @Sendable (ClientConnection) -> String = { client in
                publicURL() ?? "\(client.isSecure ? "https" : "http")://\(client.host)"
            }
            people = PeoplePages(desk: desk, pages: pages, origin: origin)
            gitLinks = GitLinkPages(
                instances: servers.instances,
                pages: pages,
                checks: checks,
                offersLaunches: offersLaunches,
                origin: origin,
            )
            gitSites = GitSitePages(
                desk: GitSiteDesk(
                    store: store.credentials,
                    audit: AuditTrail(store: store, now: now),
                    vault: vault,
                    checks: checks,
                    now: now,
                ),
                pages: pages,
            )
            end = EndPages(people: desk, register: register, pages: pages)
            deletions = DeletionPages(register: register, key: key, pages: pages)
        }
    }
}
