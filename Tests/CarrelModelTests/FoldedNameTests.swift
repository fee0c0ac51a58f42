import CarrelModel
import Testing

@Suite struct FoldedNameTests {
    @Test(arguments: [
        ("Lake People", "lake  PEOPLE "), ("jürgen", "JU\u{308}RGEN"), ("ada", "a\u{ad}d\u{200B}a"),
        ("straße", "STRASSE"),
        ("ﬁsh", "fish"), ("a b", "a\tb"),
    ])
    func `names that a directory takes for one are one`(one: String, other: String) {
        #expect(FoldedName(one) == FoldedName(other))
    }

    @Test(arguments: [("ada", "adam"), ("a b", "ab"), ("", "a"), ("ada", "аda")])
    func `other names are others`(one: String, other: String) {
        #expect(FoldedName(one) != FoldedName(other))
    }
}
