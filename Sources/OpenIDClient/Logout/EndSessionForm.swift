/// A form that a person's browser posts to the provider to end its session there (RP-Initiated Logout 1.0 §2).
///
/// It is a form and no link, for the ID token in it must not stand in an address.
public struct EndSessionForm: Sendable, Equatable {
    /// Where it goes, by POST.
    public let action: String
    /// Names and values of its hidden fields, in order.
    public let fields: [(name: String, value: String)]

    /// Whether two forms send the same to the same place.
    ///
    /// - Parameters:
    ///   - one: a form.
    ///   - other: another.
    /// - Returns: true when they do.
    public static func == (one: EndSessionForm, other: EndSessionForm) -> Bool {
        one.action == other.action && one.fields.elementsEqual(other.fields, by: ==)
    }
}

extension EndSessionForm: OpenIDHidden {}
