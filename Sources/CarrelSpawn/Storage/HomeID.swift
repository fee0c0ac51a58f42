/// Which home: whose, and in which instance.
public struct HomeID: Sendable, Hashable {
    /// The instance's name, a plain file name.
    public let instance: String
    /// The user's name as a plain file name (`UserName.unixName`).
    public let slug: String

    /// Names a home.
    public init(instance: String, slug: String) {
        self.instance = instance
        self.slug = slug
    }
}
