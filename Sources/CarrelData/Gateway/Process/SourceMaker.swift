import Foundation
import OnedataClient
import OpenBISClient
import StorageHubClient
import WebDAVClient

/// Makes a store of what a person has at a data source.
struct SourceMaker: Sendable {
    let connections: SourceConnections
    let hub: HubAdmissions
    /// What datasets of openBIS hold, for all people.
    private let lists = DataSetLists()

    /// The store; one that says why when it can't be used at all.
    func store(of plan: DataSourcePlan, for user: Int64) -> any DataStore {
        let store: any DataStore
        do {
            switch plan.kind {
            case .webdav: store = try webDAV(plan)
            case .onedata: store = try onedata(plan, user)
            case .storagehub: store = try storageHub(plan, user)
            case .openbis: return try openBIS(plan, user)
            }
        } catch {
            return UnusableStore(error.state)
        }
        return plan.isWritable ? store : ReadOnlyStore(store)
    }

    /// Why there is no store.
    private struct Failure: Error {
        let state: ConnectionState
    }

    private func webDAV(_ plan: DataSourcePlan) throws(Failure) -> any DataStore {
        do {
            let credential: WebDAVCredential
            switch plan.credential {
            case .password(let user, let password): credential = try WebDAVCredential(user: user, password: password)
            case .token(let token): credential = try WebDAVCredential(token: token)
            case nil: throw Failure(state: .missing)
            }
            let settings = try WebDAVSettings(address: plan.address, credential: credential)
            return WebDAVStore(WebDAVRemote(settings, connections: connections.webDAV(trusting: plan.authority)))
        } catch let failure as Failure {
            throw failure
        } catch let error as WebDAVError {
            throw Failure(state: .unfit("\(error.message) \(error.remedy)"))
        } catch {
            throw Failure(state: .otherService)
        }
    }

    private func onedata(_ plan: DataSourcePlan, _ user: Int64) throws(Failure) -> any DataStore {
        let settings = OnedataSettings(onezone: plan.address, preferredProviders: plan.providers)
        let http = connections.onedata(trusting: plan.authority)
        switch (plan.credential, plan.signIn) {
        case (.token(let text), _):
            do {
                return OnedataStore(try OnedataClient(settings, token: try OnedataToken(text), http: http))
            } catch {
                throw Failure(state: .unfit("What was given isn’t a token of Onedata."))
            }
        case (nil, let signIn?):
            let hub = hub
            // The token is found again by its name, so each person has one.
            return DeferredStore { () async throws(DataFault) -> any DataStore in
                guard let access = try await Self.token(of: user, at: signIn.authenticator, from: hub) else {
                    throw .unusable(.missing)
                }
                do throws(OnedataError) {
                    let named = try await OnedataTokenDesk(settings, http: http)
                        .token(named: signIn.tokenName, signInToken: access, prefix: signIn.tokenPrefix)
                    return OnedataStore(try OnedataClient(settings, token: named.token, http: http))
                } catch {
                    throw error.fault
                }
            }
        default: throw Failure(state: .missing)
        }
    }

    /// Read-only by itself, and says so in words of its own.
    private func openBIS(_ plan: DataSourcePlan, _ user: Int64) throws(Failure) -> any DataStore {
        guard let signIn = plan.signIn else { throw Failure(state: .missing) }
        let (connections, hub) = (connections, hub)
        return OpenBISStore(
            lists: lists,
            client: { () throws(OpenBISError) -> OpenBISClient in
                let http = try connections.openBIS(trusting: plan.authority, verifies: plan.verifiesCertificates)
                return OpenBISClient(OpenBISSettings(address: try OpenBISAddress(plan.address)), http: http)
            },
            token: { () async throws(DataFault) -> String? in
                try await Self.token(of: user, at: signIn.authenticator, from: hub)
            },
        )
    }

    /// The token of somebody's sign-in; nil for none.
    ///
    /// - Throws: while the hub isn't there, as when it is being restarted: what is needed is asked for again then.
    private static func token(
        of user: Int64,
        at authenticator: String,
        from hub: HubAdmissions,
    ) async throws(DataFault) -> String? {
        do throws(HubAdmissions.Silence) {
            return try await hub.signInToken(of: user, at: authenticator)
        } catch {
            throw .unusable(.busy(retryAfter: .seconds(2)))
        }
    }

    private func storageHub(_ plan: DataSourcePlan, _ user: Int64) throws(Failure) -> any DataStore {
        let http = connections.storageHub(trusting: plan.authority)
        let settings = StorageHubSettings(address: plan.address)
        switch (plan.credential, plan.signIn) {
        case (.token(let text), _):
            let tokens = FixedStorageHubToken(StorageHubToken(gcube: text))
            do {
                return StorageHubStore(try StorageHub(settings, tokens: tokens, http: http))
            } catch {
                throw Failure(state: .otherService)
            }
        case (nil, let signIn?):
            let hub = hub
            return DeferredStore { () async throws(DataFault) -> any DataStore in
                guard try await Self.token(of: user, at: signIn.authenticator, from: hub) != nil else {
                    throw .unusable(.missing)
                }
                var state = ConnectionState.missing
                for context in signIn.contexts {
                    let tokens = StorageHubContextTokens(
                        endpoint: signIn.tokenEndpoint,
                        context: context,
                        http: http,
                    ) { () async throws(StorageHubError) -> String in
                        guard let token = try? await hub.signInToken(of: user, at: signIn.authenticator) else {
                            throw StorageHubError.signInOver
                        }
                        return token
                    }
                    do throws(StorageHubError) {
                        let store = StorageHubStore(try StorageHub(settings, tokens: tokens, http: http))
                        state = await store.check()
                        if state.isUsable { return store }
                    } catch {
                        throw .unusable(.otherService)
                    }
                }
                throw .unusable(state)
            }
        default: throw Failure(state: .missing)
        }
    }
}
