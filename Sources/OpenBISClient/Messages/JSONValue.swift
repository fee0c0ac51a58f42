import Foundation

/// A value of a document, read by what is expected of it.
///
/// Members that nobody asks for may be anything. Where an object is expected, a number is the object that it stands for.
/// Names of members in failures are the last ones only.
struct JSONValue: Sendable {
    let document: JSONDocument
    let index: Int32

    private var node: JSONDocument.Node { document.nodes[Int(index)] }

    private func other(_ index: Int32) -> JSONValue { JSONValue(document: document, index: index) }

    var isNull: Bool { if case .null = node { true } else { false } }

    /// A text, or a number or a truth as it is written; nil for anything else.
    var plainText: String? {
        switch node {
        case .text(let text): text
        case .flag(let flag): String(flag)
        case .integer(let number, _): String(number)
        case .real(let number): String(number)
        case .null, .list, .object: nil
        }
    }

    // MARK: Itself

    func asText(_ name: String = "result") throws(Misfit) -> String {
        guard case .text(let text) = node else { throw Misfit(name) }
        return text
    }

    func asFlag(_ name: String = "result") throws(Misfit) -> Bool {
        guard case .flag(let flag) = node else { throw Misfit(name) }
        return flag
    }

    /// Names and values of an object.
    func asMembers(_ name: String = "result") throws(Misfit) -> [(name: String, value: JSONValue)] {
        guard case .object(let members) = try asObject(name).node else { throw Misfit(name) }
        return members.map { ($0.name, other($0.index)) }
    }

    func asList(_ name: String = "result") throws(Misfit) -> [JSONValue] {
        guard case .list(let values) = node else { throw Misfit(name) }
        return values.map(other)
    }

    /// The object that is here, or that the number here stands for.
    func asObject(_ name: String = "result") throws(Misfit) -> JSONValue {
        switch node {
        case .object: return self
        case .integer(_, let index?): return other(index)
        default: throw Misfit(name)
        }
    }

    // MARK: Its members

    /// A member that is there and not null.
    func member(_ name: String) -> JSONValue? {
        guard case .object(let members) = node, let found = members.first(where: { $0.name == name }) else {
            return nil
        }
        let value = other(found.index)
        return value.isNull ? nil : value
    }

    func text(_ name: String) throws(Misfit) -> String {
        guard let text = try textIfAny(name) else { throw Misfit(name) }
        return text
    }

    func textIfAny(_ name: String) throws(Misfit) -> String? {
        try member(name)?.asText(name)
    }

    func flagIfAny(_ name: String) throws(Misfit) -> Bool? {
        try member(name)?.asFlag(name)
    }

    func integerIfAny(_ name: String) throws(Misfit) -> Int64? {
        guard let value = member(name) else { return nil }
        guard case .integer(let number, _) = value.node else { throw Misfit(name) }
        return number
    }

    func integer(_ name: String) throws(Misfit) -> Int64 {
        guard let number = try integerIfAny(name) else { throw Misfit(name) }
        return number
    }

    /// A time in milliseconds since 1970 (reference 4.3).
    func dateIfAny(_ name: String) throws(Misfit) -> Date? {
        guard let milliseconds = try integerIfAny(name) else { return nil }
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// An object; nil for a relation that wasn't fetched, or isn't there.
    func object(_ name: String) throws(Misfit) -> JSONValue? {
        try member(name)?.asObject(name)
    }

    /// A list; nil for a relation that wasn't fetched.
    func listIfAny(_ name: String) throws(Misfit) -> [JSONValue]? {
        try member(name)?.asList(name)
    }

    /// What an object says; nil for a relation that wasn't fetched, or isn't there.
    func object<Value>(_ name: String, _ reading: (JSONValue) throws(Misfit) -> Value) throws(Misfit) -> Value? {
        guard let object = try object(name) else { return nil }
        return try reading(object)
    }
}
