import CarrelModel
import CarrelSpawn
import CarrelStore

extension InstanceDesk {
    /// The homes that a user has: that of the default instance, and of each other one in which they had a server.
    ///
    /// Somebody whose account is for one instance only has the home there alone. Where nothing is kept there is a home while a
    /// server runs.
    func homes(of user: UserRecord) async throws -> [TakeoutHome] {
        let servers = try await store.servers.all(ofUser: user.id ?? 0)
        return try await views(for: user).filter { view in
            let instance = view.instance
            guard instance.state != .deleting else { return false }
            guard instance.settings.kind != .ephemeral else {
                return servers.contains { $0.instanceId == instance.id && $0.observed != .stopped }
            }
            let isTheirs = user.onlyInstanceId.map { $0 == instance.id } ?? instance.name.isDefault
            return isTheirs || view.hasBeenIn
        }.map { view in
            TakeoutHome(
                id: HomeID(instance: view.instance.name.text, slug: user.name.unixName),
                label: view.instance.name.isDefault ? "My home" : view.instance.title,
            )
        }
    }
}
