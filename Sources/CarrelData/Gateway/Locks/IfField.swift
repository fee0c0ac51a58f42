/// The field `If` (RFC 4918 §10.4): lists of conditions, of which one list has to hold.
struct IfField: Equatable {
    /// What a condition is about.
    enum State: Equatable {
        /// A lock's token, or another word that no lock has.
        case token(String)
        /// An entity tag, with its quotes.
        case tag(String)
    }

    /// A condition, or the opposite of one.
    struct Condition: Equatable {
        let isNot: Bool
        let state: State
    }

    /// Conditions that have to hold together, for the file or folder at an address; nil for that of the request.
    struct List: Equatable {
        let address: String?
        let conditions: [Condition]
    }

    let lists: [List]

    /// All tokens that are shown, whether or not they count for something.
    var tokens: Set<String> {
        var tokens: Set<String> = []
        for condition in lists.flatMap(\.conditions) where !condition.isNot {
            if case .token(let token) = condition.state { tokens.insert(token) }
        }
        return tokens
    }

    /// Reads a field's value; nil when it is broken.
    init?(_ text: String) {
        var rest = Substring(text)
        var lists: [List] = []
        var address: String?
        while let next = Self.next(&rest) {
            if next == "<" {
                guard let tag = Self.take(&rest, to: ">") else { return nil }
                address = tag
                // A tag without a list says nothing.
                guard rest.drop(while: Self.isSpace).first == "(" else { return nil }
            } else {
                guard next == "(", let conditions = Self.conditions(&rest) else { return nil }
                lists.append(List(address: address, conditions: conditions))
            }
            guard lists.count <= Self.mostLists else { return nil }
        }
        guard !lists.isEmpty else { return nil }
        self.lists = lists
    }

    private static let mostLists = 1000

    private static func conditions(_ rest: inout Substring) -> [Condition]? {
        var conditions: [Condition] = []
        var isNot = false
        while let next = next(&rest) {
            switch next {
            case "<":
                guard let token = take(&rest, to: ">") else { return nil }
                conditions.append(Condition(isNot: isNot, state: .token(token)))
                isNot = false
            case "[":
                guard let tag = take(&rest, to: "]") else { return nil }
                conditions.append(Condition(isNot: isNot, state: .tag(tag)))
                isNot = false
            case ")": return conditions.isEmpty || isNot ? nil : conditions
            case "N", "n":
                guard rest.prefix(2).lowercased() == "ot", !isNot else { return nil }
                rest = rest.dropFirst(2)
                isNot = true
            default: return nil
            }
        }
        return nil
    }

    private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }

    private static func next(_ rest: inout Substring) -> Character? {
        rest = rest.drop(while: isSpace)
        return rest.popFirst()
    }

    private static func take(_ rest: inout Substring, to end: Character) -> String? {
        guard let index = rest.firstIndex(of: end) else { return nil }
        defer { rest = rest[rest.index(after: index)...] }
        return String(rest[..<index])
    }
}
