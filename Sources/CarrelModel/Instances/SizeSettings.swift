/// How much of the machine a server may use, offered at its start under a name.
public struct SizeSettings: NamedSettingSection, Codable {
    /// The name by which the API knows it.
    public let name: String

    /// What it is called on pages.
    public var title: String

    /// The most memory; nil for as much as everybody.
    public var memoryLimit: ByteCount?

    /// The most processors; nil for as many as everybody.
    public var processorLimit: ProcessorCount?

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    init() {
        self.init(name: "small")
    }

    static let keys: [Key<SizeSettings>] = [
        Key("title", \.title, .text(1...100), "What it is called on pages; default: the name."),
        Key(
            "memoryLimit",
            \.memoryLimit,
            .optional(.size(ByteCount(bytes: 200 << 20)...ByteCount(bytes: 1 << 50))),
            "The most memory; left out, the instance's.",
        ),
        Key("processorLimit", \.processorLimit, .optional(.parsed), "The most processors; left out, the instance's."),
    ]
}
