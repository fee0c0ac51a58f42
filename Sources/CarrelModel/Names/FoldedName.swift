import Foundation

/// A name as directories compare it: without regard to case, composition, invisible signs and repeated spaces.
///
/// It follows RFC 4518, and takes rather more for equal than that. A name to compare, never one to show.
public struct FoldedName: Hashable, Sendable {
    /// The folded name.
    public let text: String

    /// The folded name without accents, and with one kana of the two: to count by, never to give rights by.
    ///
    /// Some directories, such as Active Directory, take these for equal too.
    public var plain: String {
        let bare = text.decomposedStringWithCompatibilityMapping.unicodeScalars.filter {
            $0.properties.generalCategory != .nonspacingMark
        }
        return String(String.UnicodeScalarView(bare)).applyingTransform(.hiraganaToKatakana, reverse: true) ?? text
    }

    /// Folds a name, whatever is in it.
    public init(_ name: String) {
        var visible = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            let properties = scalar.properties
            if properties.isWhitespace {
                visible.append(" ")
            } else if !properties.isDefaultIgnorableCodePoint,
                ![.control, .format].contains(properties.generalCategory)
            {
                visible.append(scalar)
            }
        }
        // Upper-casing first makes one of what lower-casing leaves apart, as ß and ss.
        let folded = String(visible).precomposedStringWithCompatibilityMapping.uppercased().lowercased()
            .precomposedStringWithCompatibilityMapping
        text = folded.split(separator: " ").joined(separator: " ")
    }
}
