import Foundation
import OnedataClient
import StorageHubClient
import WebDAVClient

/// Makes a store of what a person has at a data source.
struct SourceMaker: Sendable {
    let connections: SourceConnections
    let hub: HubAdmissions

    /// The store; one that says why when it can't be used at all.
    func store(of plan: DataSourcePlan, for user: Int64) -> any DataStore {
        let store: any DataStore
        do {
            switch plan.kind {
            case .webdav: store = try webDAV(plan)
            case .onedata: store = try onedata(plan)
            case .storagehub: store = try storageHub(plan, user)
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

    private func onedata(_ plan: DataSourcePlan) throws(Failure) -> any DataStore {
        guard case .token(let text) = plan.credential else { throw Failure(state: .missing) }
        do {
            let client = try OnedataClient(
                OnedataSettings(onezone: plan.address, preferredProviders: plan.providers),
                token: try OnedataToken(text),
                http: connections.onedata(trusting: plan.authority),
            )
            return OnedataStore(client)
        } catch {
            throw Failure(state: .unfit("What was given isn't a token of Onedata."))
        }
    }

    private func storageHub(_ plan: DataSourcePlan, _ user: Int64) throws(Failure) -> any DataStore {
        let http = connections.storageHub(trusting: plan.authority)
        let tokens: any StorageHubTokenSource
        switch (plan.credential, plan.context) {
        case (.token(let text), _): tokens = FixedStorageHubToken(StorageHubToken(gcube: text))
        case (nil, let context?):
            let hub = hub
            tokens = StorageHubContextTokens(
                endpoint: context.tokenEndpoint,
                context: context.name,
                http: http,
            ) { () async throws(StorageHubError) -> String in
                guard let token = await hub.signInToken(of: user, at: context.signIn) else {
                    throw StorageHubError.signInOver
                }
                return token
            }
        default: throw Failure(state: .missing)
        }
        do {
            let hub = try StorageHub(StorageHubSettings(address: plan.address), tokens: tokens, http: http)
            return StorageHubStore(hub)
        } catch {
            throw Failure(state: .otherService)
        }
    }
}
