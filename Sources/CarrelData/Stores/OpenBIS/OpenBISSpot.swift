/// What a path below the folder of an openBIS names, by the path alone: `SPACE/PROJECT/COLLECTION/OBJECT/DATASET/FILE`.
///
/// Codes have no blanks, so a word and a blank before one tell apart what else could have the same name: objects beside
/// projects and collections (`object CODE`), and datasets whose ids aren't the usual ones (`dataset CODE`).
indirect enum OpenBISSpot: Sendable, Equatable {
    case top
    case space(String)
    /// A project, by its path in openBIS.
    case project(String)
    /// A collection, by its path in openBIS.
    case experiment(String)
    /// An object, by the last part of its path in openBIS.
    case sample(String, in: OpenBISSpot)
    /// A dataset, by its permanent id; what stands behind that is for people.
    case dataSet(String, of: OpenBISSpot)
    /// A file or folder, by its path in the dataset.
    case file(String, of: OpenBISSpot)
    /// The folder that tells how datasets are made.
    case draft(of: OpenBISSpot)
    /// The file in it.
    case readme(of: OpenBISSpot)
    /// What somebody wants to put into it.
    case inDraft

    static let draftName = "new-dataset"
    static let readmeName = "README.txt"
    private static let objectMark = "object "
    private static let dataSetMark = "dataset "

    /// Reads a path; nil for one that can't lead to anything.
    init?(_ path: DataPath) {
        self = .top
        for name in path.names {
            guard let text = name.text, let next = step(to: text) else { return nil }
            self = next
        }
    }

    private func step(to name: String) -> OpenBISSpot? {
        switch self {
        case .top: return Self.code(name).map(Self.space)
        case .space(let space):
            if let object = Self.object(name) { return .sample(object, in: self) }
            return Self.code(name).map { Self.project("/\(space)/\($0)") }
        case .project(let project):
            if let object = Self.object(name) { return .sample(object, in: self) }
            return Self.code(name).map { Self.experiment("\(project)/\($0)") }
        case .experiment:
            if let object = Self.object(name) { return Self.isUsual(object) ? .sample(object, in: self) : nil }
            return content(name) ?? Self.code(name).map { Self.sample($0, in: self) }
        case .sample: return content(name)
        case .dataSet: return .file(name, of: self)
        case .file(let path, let dataSet): return .file("\(path)/\(name)", of: dataSet)
        case .draft(let owner): return name == Self.readmeName ? .readme(of: owner) : .inDraft
        case .inDraft: return .inDraft
        case .readme: return nil
        }
    }

    /// What both collections and objects have.
    private func content(_ name: String) -> OpenBISSpot? {
        if name == Self.draftName { return .draft(of: self) }
        return Self.permID(name).map { Self.dataSet($0, of: self) }
    }

    // MARK: Names

    /// The name of an object's folder.
    static func name(ofObject code: String, inCollection: Bool) -> String {
        inCollection && !isUsual(code) ? code : objectMark + code
    }

    /// The name of a dataset's folder: its id, and what people call it now if that can be a part of a file's name.
    static func name(ofDataSet permID: String, called title: String?) -> String {
        let id = isUsual(permID) ? permID : dataSetMark + permID
        return title.flatMap(readable).map { "\(id) \($0)" } ?? id
    }

    /// The object that a name with the word before it stands for.
    private static func object(_ name: String) -> String? {
        guard name.hasPrefix(objectMark) else { return nil }
        return code(String(name.dropFirst(objectMark.count)))
    }

    /// The dataset that the name of a folder stands for, whatever it is called behind its id.
    private static func permID(_ name: String) -> String? {
        let isMarked = name.hasPrefix(dataSetMark)
        let id = String((isMarked ? name.dropFirst(dataSetMark.count) : Substring(name)).prefix { $0 != " " })
        return isUsual(id) != isMarked ? code(id) : nil
    }

    /// Whether it is an id as openBIS gives them: the time in seventeen digits, and a number.
    private static func isUsual(_ id: String) -> Bool { id.wholeMatch(of: #/[0-9]{17}-[0-9]+/#) != nil }

    /// A text that can be a code.
    private static func code(_ text: String) -> String? {
        let isCode = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "/" && $0 != "\u{7F}" }
        return isCode ? text : nil
    }

    /// What of a title can stand in a file's name and is read easily; nil for nothing.
    private static func readable(_ title: String) -> String? {
        let plain = title.unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: " "
            default: "/\\:*?\"<>|".unicodeScalars.contains(scalar) ? " " : Character(scalar)
            }
        }
        let words = String(plain.prefix(longestTitle)).split(separator: " ").joined(separator: " ")
        return words.isEmpty ? nil : words
    }

    /// Characters, of at most four bytes each, so that a name stays below 255 bytes.
    private static let longestTitle = 50
}
