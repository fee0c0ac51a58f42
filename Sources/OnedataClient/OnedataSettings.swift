/// Where an Onedata is, and how patient its client is.
public struct OnedataSettings: Sendable, Equatable {
    /// Onezone's address, such as `https://datahub.egi.eu`.
    public var onezone: String
    /// Ids or domains of the providers that are asked first, the best first.
    public var preferredProviders: [String]
    /// How long an answer may take that isn't a file's content; also the one after the last byte of an upload.
    public var deadline: Duration
    /// How long no byte may come or go within a file's content.
    public var idleLimit: Duration

    /// Puts settings together.
    ///
    /// - Parameters:
    ///   - onezone: its address; `https://…`, or `http://…` on a loopback address, and then for the providers, too.
    ///   - preferredProviders: ids or domains.
    ///   - deadline: for each call.
    ///   - idleLimit: within contents.
    public init(
        onezone: String,
        preferredProviders: [String] = [],
        deadline: Duration = .seconds(15),
        idleLimit: Duration = .seconds(30),
    ) {
        self.onezone = onezone
        self.preferredProviders = preferredProviders
        self.deadline = deadline
        self.idleLimit = idleLimit
    }
}
