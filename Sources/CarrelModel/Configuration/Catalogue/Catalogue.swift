/// A catalogue of notebooks to begin with, as its data file says.
public struct Catalogue: SettingSection {
    /// What stands at its head; empty for the instance's title.
    public var title = ""

    /// A sentence or two below.
    public var text = ""

    /// Its parts, in order.
    public var sections: [CatalogueSection] = []

    /// Makes an empty catalogue.
    public init() {}

    static let keys: [Key<Catalogue>] = [
        Key("title", \.title, .text(0...100), "What stands at the head of the page; left out, the instance's title."),
        Key("text", \.text, .text(0...1000), "A sentence or two below."),
        Key("sections", \.sections, .sections(), "Its parts: a map from names of your choice to their keys."),
    ]

    /// The entry of these names, if there is one.
    public func entry(_ name: String, in section: String) -> CatalogueEntry? {
        sections.first { $0.name == section }?.entries.first { $0.name == name }
    }

    /// Reads a data file, strictly: an unknown key or a bad value is refused with its place.
    ///
    /// - Parameters:
    ///   - bytes: YAML, or JSON, which is YAML.
    ///   - file: what messages call it.
    /// - Returns: the catalogue.
    /// - Throws: everything that is wrong with it: file, line, the names of section, entry and key, what was expected.
    public static func read(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> Catalogue {
        var reader = SettingReader(file: file)
        var catalogue = Catalogue()
        if let text = ConfigurationText.checked(bytes, &reader), let root = ConfigurationTree.parse(text, &reader) {
            reader.read(root, at: "", into: &catalogue)
        }
        if reader.problems.isEmpty {
            for fault in catalogue.allFaults { reader.report(fault) }
        }
        guard reader.problems.isEmpty else { throw .invalid(file: file, reader.problems.sorted()) }
        return catalogue
    }
}

/// A part of a catalogue.
public struct CatalogueSection: NamedSettingSection {
    /// Tells several apart.
    public let name: String

    /// What stands above its entries.
    public var title: String

    /// Its notebooks, in order.
    public var entries: [CatalogueEntry] = []

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    init() {
        self.init(name: "examples")
    }

    static let keys: [Key<CatalogueSection>] = [
        Key("title", \.title, .text(1...100), "What stands above its entries; default: the name."),
        Key("entries", \.entries, .sections(), "Its notebooks: a map from names of your choice to their keys."),
    ]
}

/// A notebook of a catalogue.
public struct CatalogueEntry: NamedSettingSection {
    /// Tells several apart.
    public let name: String

    /// What it is called.
    public var title: String

    /// What it is about.
    public var text = ""

    /// A picture, its path going from the data file's folder.
    public var picture: String?

    /// The notebook, its path going from the data file's folder.
    public var notebook = ""

    /// The environment it wants; nil for the instance's first one.
    public var environment: String?

    /// The DOI under which it is published.
    public var doi: String?

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    init() {
        self.init(name: "notebook")
    }

    static let keys: [Key<CatalogueEntry>] = [
        Key("title", \.title, .text(1...200), "What it is called; default: the name."),
        Key("text", \.text, .text(0...2000), "What it is about."),
        Key("picture", \.picture, .optional(.pictureFile), "A picture beside the data file."),
        Key(
            "notebook",
            \.notebook,
            .innerFile,
            presence: .required,
            "The notebook, or another file that JupyterLab opens, beside the data file.",
        ),
        Key("environment", \.environment, .optional(.environmentName), "The environment that it needs."),
        Key("doi", \.doi, .optional(.doi), "The DOI under which it is published."),
    ]
}

extension Format where Value == String {
    /// A file below the data file's folder.
    static var innerFile: Self {
        scalar(
            expected: "the path of a file below this file's folder, without .. and hidden folders",
            kind: "path",
            show: { $0 },
            parse: { isInnerPath($0) ? $0 : nil },
        )
    }

    /// A picture below the data file's folder.
    static var pictureFile: Self {
        let endings = ["png", "jpg", "jpeg", "webp", "gif", "svg"]
        return scalar(
            expected: "the path of a file below this file's folder that ends in .\(endings.joined(separator: ", ."))",
            kind: "path",
            show: { $0 },
        ) { text in
            let ending = text.split(separator: ".").last.map { $0.lowercased() } ?? ""
            return isInnerPath(text) && endings.contains(ending) ? text : nil
        }
    }

    /// A DOI, without the address before it.
    static var doi: Self {
        scalar(expected: "a DOI such as 10.18160/ABCD-1234", kind: "DOI", show: { $0 }) { text in
            let isPlain = text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value < 0x7F && $0 != "\"" && $0 != "\\"
            }
            return isPlain && text.count <= 200 && text.wholeMatch(of: /10\.[0-9]{4,9}\/.+/) != nil ? text : nil
        }
    }

    private static func isInnerPath(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 500 && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\\" }
    }
}
