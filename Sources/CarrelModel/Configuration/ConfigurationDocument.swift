/// The documentation of the configuration, made from the same descriptions that read it.
public enum ConfigurationDocument {
    /// The content of `docs/configuration.md`.
    public static func markdown() -> String {
        ([introduction] + Configuration.documents.map(section) + [example]).joined(separator: "\n")
    }

    private static func section(_ section: KeyDocument) -> String {
        let head = """
            ## `\(section.name)`

            \(section.text)

            | key | value | default | meaning |
            | --- | --- | --- | --- |

            """
        let isNamed = section.kind == Format<[EnvironmentSettings]>.sections().kind
        return head + rows(section.members, prefix: isNamed ? "NAME." : "")
    }

    private static func rows(_ keys: [KeyDocument], prefix: String) -> String {
        keys.map { key in
            let name = prefix + key.name
            let meaning = key.text + (key.needsRestart ? " **Restart.**" : "")
            let row = ["`\(name)`", key.kind, defaultText(key), meaning].map(cell).joined(separator: " | ")
            return "| \(row) |\n" + rows(key.members, prefix: name + ".")
        }.joined()
    }

    private static func defaultText(_ key: KeyDocument) -> String {
        guard let text = key.defaultText else { return "must be given" }
        return text.isEmpty ? "none" : "`\(text)`"
    }

    /// A text that doesn't end a cell of a table.
    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
