import CarrelModel

/// Why pages can't be made; both cases are our own mistakes, found when the hub starts.
enum PageError: CarrelError, Equatable {
    /// A template of ours can't be parsed.
    case malformed(template: String, reason: String)
    /// A page names a template that isn't there.
    case missing(template: String)

    var code: String {
        switch self {
        case .malformed: "page.malformed"
        case .missing: "page.missing"
        }
    }

    var message: String {
        switch self {
        case .malformed(let template, let reason): "The page template “\(template)” can't be read: \(reason)."
        case .missing(let template): "The page template “\(template)” isn't part of this program."
        }
    }

    var remedy: String { "This is a fault of Carrel itself: install it again, and report it if that doesn't help." }
}
