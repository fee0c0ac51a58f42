import CarrelModel
import Foundation

/// A group that somebody can be put into, in a list to choose from.
struct GroupChoice: Sendable, Equatable {
    let name: String
    let isChosen: Bool

    /// All groups, with the one chosen that a request's own words name.
    static func all(_ names: [GroupName], for text: String) -> [GroupChoice] {
        let named = guess(text, names)
        return names.map { GroupChoice(name: $0.text, isChosen: $0 == named) }
    }

    /// The group whose name stands as a word in a text, in upper or lower case; the longest of several.
    static func guess(_ text: String, _ names: [GroupName]) -> GroupName? {
        let marks = CharacterSet(charactersIn: "._-@+")
        let parts = text.lowercased().components(separatedBy: CharacterSet.alphanumerics.union(marks).inverted)
        let words = Set(parts + parts.map { $0.trimmingCharacters(in: marks) })
        return names.filter { words.contains($0.text.lowercased()) }
            .max { ($0.text.count, $1.text) < ($1.text.count, $0.text) }
    }
}
