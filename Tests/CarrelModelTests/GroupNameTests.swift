import CarrelModel
import Testing

@Suite struct `Names of groups` {
    @Test(arguments: ["a", "Ecology-2026", "vo.notebooks.egi.eu", "formgrade-course101", "x@y", "c++", "0"])
    func `plain names are names`(text: String) throws {
        #expect(try GroupName(text).text == text)
        #expect(GroupName(pathSegment: text)?.text == text)
    }

    @Test(arguments: [
        ".hidden", "..", "-x", "a b", "a/b", "a:b", "a,b", "ünder", "a\nb", String(repeating: "a", count: 65),
    ])
    func `what can't be a folder or a Unix group is refused`(text: String) {
        #expect(throws: NameError.groupName) { try GroupName(text) }
        #expect(GroupName(pathSegment: text) == nil)
    }

    @Test func `no name is no name`() {
        #expect(throws: NameError.empty) { try GroupName("") }
    }
}
