import CarrelData
import CarrelStore
import Logging

/// Has the gateway look at connections that nobody has used yet: so who finds a folder finds the files in it, or why not.
actor FirstLooks {
    private let plans: DataSourcePlans
    private let client: GatewayClient
    private let changed: WakeSignal
    private let logger: Logger
    private var underWay: Set<Int64> = []

    /// Looks at nothing yet.
    ///
    /// - Parameters:
    ///   - plans: say how sources are reached.
    ///   - client: asks the gateway.
    ///   - changed: raised when a look is over.
    ///   - logger: is told what went wrong.
    init(plans: DataSourcePlans, client: GatewayClient, changed: WakeSignal, logger: Logger) {
        self.plans = plans
        self.client = client
        self.changed = changed
        self.logger = logger
    }

    /// Begins to look at a person's connections, unless that is being done; waits for nobody.
    func begin(for user: UserRecord) {
        guard let id = user.id, underWay.insert(id).inserted else { return }
        Task {
            do {
                try await client.lookFirst(FirstLookOrder(user: id, folders: try await plans.folders(of: user)))
                underWay.remove(id)
                changed.raise()
            } catch {
                // Begun again at the next look at mounts.
                logger.notice("connections.notLookedAt", metadata: ["error": "\(error)"])
                underWay.remove(id)
            }
        }
    }
}
