/// What becomes of one file of an instance's material in a home: a student's file always wins.
///
/// Pure: the same arguments give the same answer.
///
/// - What was never edited is replaced by a new version.
/// - What was edited stays, and the new version is put beside it under another name.
/// - What was removed stays away as long as the material has no new version of it.
/// - What the material doesn't have any more stays.
struct MaterialRule {
    /// What the home has at the file's place.
    enum Present: Equatable {
        case nothing
        case file(mark: String)
        /// A folder, a link, or something else.
        case other
    }

    /// What to do.
    enum Step: Equatable {
        /// Leave everything as it is.
        case leave
        /// Make the file.
        case write
        /// Put the new version in the place of the old, which nobody edited.
        case replace
        /// Put the new version beside what is there.
        case beside
    }

    /// - Parameters:
    ///   - mark: of the material's file.
    ///   - delivered: of the version that was last put into this home; nil for none.
    ///   - present: what is there.
    /// - Returns: what to do.
    static func step(mark: String, delivered: String?, present: Present) -> Step {
        if delivered == mark { return .leave }
        switch present {
        case .nothing: return .write
        case .file(let own) where own == mark: return .leave
        case .file(let own) where own == delivered: return .replace
        case .file, .other: return .beside
        }
    }

    /// The name of a new version beside a file: `lecture (new 2026-11-21).ipynb`.
    static func name(beside name: String, _ suffix: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name + suffix }
        return name[..<dot] + suffix + name[dot...]
    }
}

/// What came of putting material into a home.
public struct MaterialOutcome: Sendable, Equatable, Codable {
    /// A mark of the version of each file that this home has been given, by its path in the material.
    public var delivered: [String: String] = [:]
    /// How many files are new or changed.
    public var written = 0
    /// The paths in the home of new versions that were put beside edited files.
    public var beside: [String] = []
    /// How many files couldn't be put there.
    public var failed = 0
    /// Whether the home has no room for all.
    public var isFull = false
}
