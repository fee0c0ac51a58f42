import Foundation

extension String {
    /// The text as the value of a query: all but letters, digits and `-._~/` escaped.
    var queryValue: String { addingPercentEncoding(withAllowedCharacters: .urlQueryValueAllowed) ?? "" }
}

extension CharacterSet {
    /// What may stand bare in a value of a query.
    static let urlQueryValueAllowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~/"))
}
