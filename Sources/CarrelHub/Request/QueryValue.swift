import Foundation

extension String {
    /// The text as the value of a query, or as the end of a path: all but letters, digits and `-._~/` escaped.
    var queryValue: String { addingPercentEncoding(withAllowedCharacters: Self.bare) ?? "" }

    private static let bare = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~/"))
}
