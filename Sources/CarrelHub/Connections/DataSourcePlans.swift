import CarrelData
import CarrelModel
import CarrelStore
import Foundation

/// Says how a person reaches a data source: what is configured of it, and what they sign in with.
struct DataSourcePlans: Sendable {
    let desk: ConnectionDesk
    /// The context of D4Science that a user came from, by the authenticator they signed in with.
    let context: @Sendable (_ user: Int64, _ authenticator: String?) async throws -> String?

    /// The folders of all data sources that a person can use; those for which there is nothing to sign in with are left out.
    func folders(of user: UserRecord) async throws -> [DataFolderPlan] {
        var folders: [DataFolderPlan] = []
        for entry in try await desk.entries(of: user) where entry.isOffered && entry.isConfigured {
            let credential = try await desk.credential(of: user.id ?? 0, for: entry.source.name)
            var plan = Self.plan(of: entry.source, with: credential, in: desk.instances.configuration())
            if let way = entry.source.signIn, let own = try await context(user.id ?? 0, way) {
                plan.signIn?.contexts = [own] + entry.source.contexts.filter { $0 != own }
            }
            folders.append(
                DataFolderPlan(name: entry.source.homeFolder, title: entry.source.title, store: .source(plan))
            )
        }
        return folders
    }

    /// One data source.
    static func plan(
        of source: DataSourceSettings,
        with credential: DataCredential?,
        in configuration: Configuration,
    ) -> DataSourcePlan {
        let openBIS = configuration.authenticators.first { $0.name == source.authenticator && $0.kind == .openbis }
        return DataSourcePlan(
            name: source.name,
            kind: DataSourcePlan.Kind(source.kind),
            address: openBIS?.openBIS.url ?? address(of: source, for: credential),
            authority: openBIS?.certificateAuthority ?? source.certificateAuthority,
            verifiesCertificates: openBIS?.openBIS.verifyCertificates ?? true,
            isWritable: source.access == .readWrite,
            credential: credential,
            providers: source.providers,
            signIn: source.signInWay.map { authenticator in
                DataSourcePlan.SignIn(
                    authenticator: authenticator,
                    tokenName: source.tokenName,
                    tokenPrefix: source.tokenPrefix,
                    tokenEndpoint: source.tokenEndpoint?.text ?? "",
                    contexts: source.contexts,
                )
            },
        )
    }

    /// The address, with the person's name there where it stands for one.
    private static func address(of source: DataSourceSettings, for credential: DataCredential?) -> String {
        guard case .password(let user, _) = credential else { return source.address }
        let name = user.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
        return source.address.replacing("{user}", with: name)
    }

    /// What stands for itself in an address (RFC 3986, section 2.3), without the dot, of which two would lead elsewhere.
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~"
    )
}

extension DataSourcePlan.Kind {
    fileprivate init(_ kind: DataSourceKind) {
        self =
            switch kind {
            case .webdav: .webdav
            case .onedata: .onedata
            case .storagehub: .storagehub
            case .openbis: .openbis
            }
    }
}
