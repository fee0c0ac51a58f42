/// A policy under one name: who may enter, how long things last, what a server may use.
///
/// The same whether it stands in `carrel.yaml` or was made on a page. What is left out is as everywhere in the hub.
public struct InstanceSettings: NamedSettingSection, Codable {
    /// The instance's name, a legal ``InstanceName``.
    public let name: String

    /// What it is called on pages.
    public var title: String

    /// What it is for, in a sentence or two.
    public var description = ""

    /// How long what people make in it lasts.
    public var kind = InstanceKind.persistent

    /// How people come in; any one way will do.
    public var entry: [EntryWay] = [.account]

    /// The groups whose members may enter, where ``entry`` has ``EntryWay/group``.
    public var groups: [String] = []

    /// The ways by which people must have signed in to enter: names of authenticators, and ``localWay``; none for all.
    public var signIn: [String] = []

    /// The users who manage it from the beginning; further ones are named on its page.
    public var managers: [String] = []

    /// What people agree to before they enter.
    public var terms: [TermsSettings] = []

    /// The environments to choose from, by name; none for the first.
    public var environments: [String] = []

    /// The sizes to choose from; none for the limits below.
    public var sizes: [SizeSettings] = []

    /// How much a home may hold; nil for the usual rule.
    public var quota: ByteCount?

    /// The most memory of a server; nil for `servers.memoryLimit`.
    public var memoryLimit: ByteCount?

    /// The most processors of a server; nil for `servers.processorLimit`.
    public var processorLimit: ProcessorCount?

    /// The most processes of a server; nil for `servers.processLimit`.
    public var processLimit: Int?

    /// How long a server may be unused; nil for ``standardIdleLimit`` or `servers.idleLimit`.
    public var idleLimit: Duration?

    /// How long a server may run; nil for ``standardMaximumAge`` or `servers.maximumAge`.
    public var maximumAge: Duration?

    /// How many servers of it run at once; nil for as many as the hub has room for.
    public var capacity: Int?

    /// How many people can be members; nil for any number.
    public var places: Int?

    /// When a temporary one ends.
    public var ends: EndTime?

    /// From how long before the end everybody sees the countdown.
    public var countdown: Duration = .seconds(7 * 86400)

    /// For how long after the end people can still download their work.
    public var grace: Duration = .seconds(7 * 86400)

    /// What is put into each home.
    public var material: MaterialSettings?

    /// Whether there is a folder `hand-out` that managers write and everybody reads.
    public var handOut = false

    /// The path in a home that managers collect as hand-ins.
    public var handIn: String?

    /// Where the catalogue of notebooks to start with is; nil for none.
    public var catalogue: CatalogueSource?

    /// The names of the data sources that people can connect in it; nil for all where homes last, and none elsewhere.
    public var dataSources: [String]?

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    init() {
        self.init(name: InstanceName.default.text)
    }

    /// Whether a data source of this name is found in its servers.
    public func offers(dataSource name: String) -> Bool { dataSources?.contains(name) ?? (kind != .ephemeral) }

    /// What ``signIn`` calls accounts of the hub.
    public static let localWay = "local"

    /// After how long without use a server of an ephemeral instance goes unless something else is said.
    public static let standardIdleLimit: Duration = .seconds(15 * 60)

    /// After how long a server of an ephemeral instance goes in any case unless something else is said.
    public static let standardMaximumAge: Duration = .seconds(12 * 3600)
}
