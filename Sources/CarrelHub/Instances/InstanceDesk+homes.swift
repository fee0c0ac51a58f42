import CarrelModel
import CarrelSpawn
import CarrelStore

extension InstanceDesk {
    /// The homes that a user has: that of the default instance, and of each other one in which they had a server.
    func homes(of user: UserRecord) async throws -> [TakeoutHome] {
        try await views(for: user).filter { view in
            (view.instance.name.isDefault || view.hasBeenIn) && view.instance.state != .deleting
        }.map { view in
            TakeoutHome(
                id: HomeID(instance: view.instance.name.text, slug: user.name.unixName),
                label: view.instance.name.isDefault ? "My home" : view.instance.title,
            )
        }
    }
}
