import Mustache

/// Page values as dictionaries, which Mustache looks names up in far faster than in the values themselves.
///
/// Mustache reflects a whole value for each name it looks for; here each is reflected once.
enum TemplateValue {
    /// Structs become dictionaries of their stored properties without those that are nil; the rest stays what it is.
    static func make(_ value: Any) -> Any {
        switch value {
        case is String, is Bool, is Int, is any MustacheCustomRenderable: return value
        case let list as [Any]: return list.map(make)
        default: return fields(of: value) ?? value
        }
    }

    private static func fields(of value: Any) -> [String: Any]? {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .struct else { return nil }
        var fields: [String: Any] = [:]
        for (label, field) in mirror.children {
            guard let label, let field = unwrapped(field) else { continue }
            fields[label] = make(field)
        }
        return fields
    }

    private static func unwrapped(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional ? mirror.children.first?.value : value
    }
}
