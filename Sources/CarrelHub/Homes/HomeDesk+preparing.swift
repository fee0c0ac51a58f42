import CarrelModel
import CarrelSpawn
import CarrelStore

extension HomeDesk {
    /// Makes a home, or gives it back to its user, as at each start of a server.
    ///
    /// - Parameters:
    ///   - home: which.
    ///   - user: whose it is.
    ///   - settings: whom homes belong to.
    /// - Throws: `SpawnError`, or what the database says.
    func prepare(_ home: HomeID, of user: UserRecord, _ settings: AdmissionDesk.Settings) async throws {
        let (account, quota) = (try settings.account(of: user), try await quota(of: home, user))
        _ = try await storage.prepare(home, owner: account, quota: quota)
    }

    private func quota(of home: HomeID, _ user: UserRecord) async throws -> ByteCount? {
        if let name = try? InstanceName(home.instance),
            let own = try await store.instances.named(name)?.settings.quota
        {
            return own
        }
        return try await quotas.quota(of: user).size
    }
}
