/// A part of a configuration file and where it stands, free of YAML's notions.
struct SettingNode: Sendable, Equatable {
    /// What a part can be.
    enum Content: Sendable, Equatable {
        /// A key without a value.
        case nothing
        /// A scalar as it is written; what it means is up to the key it belongs to, so `no` may be text.
        case text(String)
        case list([SettingNode])
        case map([Member])
    }

    /// A key with its value.
    struct Member: Sendable, Equatable {
        let name: String
        let place: Place
        let value: SettingNode
    }

    let place: Place
    let content: Content

    /// What it is, for “found …”; long texts are cut.
    var found: String {
        switch content {
        case .nothing: "nothing"
        case .text(let text): Self.quoted(text)
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// A text in quotation marks, on one line, not too long, and without the password that a URL may hold.
    static func quoted(_ text: String) -> String {
        let line = String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
            .replacing(/\/\/[^\/@]*@/, with: "//…@")
        return line.count > 60 ? "“\(line.prefix(60))…”" : "“\(line)”"
    }
}

/// A position in a file; lines and columns are counted from 1, columns in code points.
struct Place: Sendable, Equatable, Comparable {
    static let start = Place(line: 1, column: 1)

    let line: Int
    let column: Int

    static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
