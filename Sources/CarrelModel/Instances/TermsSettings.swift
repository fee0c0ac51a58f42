/// Something that people agree to before they enter an instance.
public struct TermsSettings: NamedSettingSection, Codable {
    /// Tells several apart.
    public let name: String

    /// What they agree to, as it stands beside the box: `the terms of use`.
    public var title: String

    /// Where it can be read.
    public var url: WebAddress?

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    init() {
        self.init(name: "terms")
    }

    static let keys: [Key<TermsSettings>] = [
        Key("title", \.title, .text(1...200), "What people agree to, as it stands beside the box; default: the name."),
        Key("url", \.url, .optional(.parsed), "Where it can be read."),
    ]
}
