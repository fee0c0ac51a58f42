import Yams

/// Turns YAML text into ``SettingNode``s; the only place that knows Yams.
///
/// Refused, because they hide what a file says: anchors, aliases, merge keys, tags and several documents.
enum ConfigurationTree {
    /// The deepest nesting that a configuration can have.
    private static let deepest = 20

    /// The whole file as one node; nil when it is empty or something was reported.
    static func parse(_ text: String, _ reader: inout SettingReader) -> SettingNode? {
        do {
            let parser = try Parser(yaml: text, encoding: .utf8)
            // Nodes hold their anchors weakly; the parser owns them.
            return try withExtendedLifetime(parser) {
                guard let root = try parser.singleRoot() else { return nil }
                return node(root, depth: 0, &reader)
            }
        } catch let error as YamlError {
            report(error, &reader)
        } catch {
            reader.report(at: .start, key: "", found: "text that can't be parsed", expected: "YAML")
        }
        return nil
    }

    private static func node(_ node: Node, depth: Int, _ reader: inout SettingReader) -> SettingNode? {
        let place = place(of: node.mark)
        // An aliased node is a copy of the anchored one; not going on also ends a tree that doubles itself.
        guard node.anchor == nil else {
            reader.report(at: place, key: "", found: "an anchor or alias", expected: "the value written out")
            return nil
        }
        guard depth < deepest else {
            reader.report(at: place, key: "", found: "values nested \(depth) deep", expected: "less")
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return self.scalar(scalar, at: place, &reader)
        case .sequence(let sequence):
            guard isUntagged(sequence.tag, at: place, &reader) else { return nil }
            let items = sequence.compactMap { self.node($0, depth: depth + 1, &reader) }
            return SettingNode(place: place, content: .list(items))
        case .mapping(let mapping):
            guard isUntagged(mapping.tag, at: place, &reader) else { return nil }
            let members = mapping.compactMap { member($0.key, $0.value, depth: depth, &reader) }
            return SettingNode(place: place, content: .map(members))
        case .alias:
            reader.report(at: place, key: "", found: "an alias", expected: "the value written out")
            return nil
        }
    }

    private static func scalar(
        _ scalar: Node.Scalar,
        at place: Place,
        _ reader: inout SettingReader,
    ) -> SettingNode? {
        let isPlain = scalar.style == .plain
        guard !isPlain || !scalar.string.isEmpty else { return SettingNode(place: place, content: .nothing) }
        let isQuotedText = !isPlain && scalar.tag.rawValue == Tag.Name.str.rawValue
        guard isQuotedText || isUntagged(scalar.tag, at: place, &reader) else { return nil }
        return SettingNode(place: place, content: .text(scalar.string))
    }

    private static func member(
        _ key: Node,
        _ value: Node,
        depth: Int,
        _ reader: inout SettingReader,
    ) -> SettingNode.Member? {
        let place = place(of: key.mark)
        guard case .scalar(let name) = key, key.anchor == nil else {
            reader.report(at: place, key: "", found: "a key that isn't plain text", expected: "the name of a key")
            return nil
        }
        guard name.string != "<<" else {
            reader.report(at: place, key: "", found: "a merge key (<<)", expected: "the keys written out")
            return nil
        }
        guard let value = node(value, depth: depth + 1, &reader) else { return nil }
        return SettingNode.Member(name: name.string, place: place, value: value)
    }

    private static func isUntagged(_ tag: Tag, at place: Place, _ reader: inout SettingReader) -> Bool {
        guard tag.rawValue.isEmpty || tag.rawValue == Tag.Name.implicit.rawValue else {
            reader.report(at: place, key: "", found: "a tag (!)", expected: "a value without one")
            return false
        }
        return true
    }

    private static func place(of mark: Mark?) -> Place {
        Place(line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
    }

    private static func report(_ error: YamlError, _ reader: inout SettingReader) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            reader.report(at: place(of: mark), key: "", found: "a syntax error (\(problem))", expected: "YAML")
        case .composer(_, "found undefined alias", let mark, _):
            reader.report(at: place(of: mark), key: "", found: "an alias", expected: "the value written out")
        case .composer(_, "but found another document", let mark, _):
            reader.report(at: place(of: mark), key: "", found: "a second document", expected: "one document")
        case .composer(_, let problem, let mark, _):
            reader.report(at: place(of: mark), key: "", found: problem, expected: "YAML")
        case .duplicatedKeysInMapping(let duplicates, let context):
            for name in duplicates {
                let key = SettingNode.quoted(name)
                reader.report(at: place(of: context.mark), key: "", found: "the key \(key) twice", expected: "it once")
            }
        default:
            reader.report(at: .start, key: "", found: "text that can't be parsed", expected: "YAML")
        }
    }
}
