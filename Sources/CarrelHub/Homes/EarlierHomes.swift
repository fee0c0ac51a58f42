public import CarrelModel
public import CarrelSpawn
public import CarrelStore

/// Homes that users have left who aren't users any more, in whichever instance.
///
/// Nobody gets one together with its name unless an admin says so.
public struct EarlierHomes: Sendable {
    private let store: Store
    private let homes: String

    /// Joins the parts.
    ///
    /// - Parameters:
    ///   - store: knows the instances.
    ///   - homes: absolute path of the folder of all homes.
    public init(store: Store, homes: String) {
        self.store = store
        self.homes = homes
    }

    /// The homes that there are of a name, which nobody has as a user.
    public func all(of name: UserName) async throws -> [EarlierHome] {
        let names = try await store.instances.all().map(\.name.text)
        return Set(names + [InstanceName.default.text]).sorted().compactMap { instance in
            EarlierHome(in: homes, HomeID(instance: instance, slug: name.unixName))
        }
    }

    /// Whether there are any of a name.
    public func hasSome(_ name: UserName) async throws -> Bool {
        try await !all(of: name).isEmpty
    }
}
