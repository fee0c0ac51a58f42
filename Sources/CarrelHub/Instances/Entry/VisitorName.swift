import CarrelModel

/// Makes names for visitors that can be read out: `visitor-kolumeba`.
enum VisitorName {
    private static let consonants = Array("bdfgklmnprstvz")
    private static let vowels = Array("aeiou")
    private static let syllables = 4

    /// A name of some 24 million.
    static func random(using generator: inout some RandomNumberGenerator) throws(NameError) -> UserName {
        var text = "visitor-"
        for _ in 0..<syllables {
            text.append(consonants[Int.random(in: consonants.indices, using: &generator)])
            text.append(vowels[Int.random(in: vowels.indices, using: &generator)])
        }
        return try UserName(normalizing: text)
    }
}
