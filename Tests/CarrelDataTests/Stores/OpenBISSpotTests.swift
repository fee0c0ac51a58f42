import Testing

@testable import CarrelData

@Suite struct `Paths below an openBIS` {
    private static let collection = OpenBISSpot.experiment("/LAB/P1/C1")
    private static let step = OpenBISSpot.sample("EXP1", in: collection)
    private static let usual = "20240101120000000-12"

    @Test(
        arguments: [
            ("", .top), ("LAB", .space("LAB")), ("LAB/P1", .project("/LAB/P1")), ("LAB/P1/C1", collection),
            ("LAB/P1/C1/EXP1", step), ("LAB/P1/C1/CONT:PART", .sample("CONT:PART", in: collection)),
            ("LAB/object X", .sample("X", in: .space("LAB"))),
            ("LAB/P1/object X", .sample("X", in: .project("/LAB/P1"))),
            ("LAB/P1/C1/object \(usual)", .sample(usual, in: collection)),
            ("LAB/P1/C1/\(usual)", .dataSet(usual, of: collection)),
            ("LAB/P1/C1/\(usual) What it is called", .dataSet(usual, of: collection)),
            ("LAB/P1/C1/dataset ODD-1 called so", .dataSet("ODD-1", of: collection)),
            ("LAB/P1/C1/EXP1/\(usual)", .dataSet(usual, of: step)),
            ("LAB/P1/C1/\(usual)/original/a b/c", .file("original/a b/c", of: .dataSet(usual, of: collection))),
            ("LAB/P1/C1/new-dataset", .draft(of: collection)), ("LAB/P1/C1/EXP1/new-dataset", .draft(of: step)),
            ("LAB/P1/C1/new-dataset/README.txt", .readme(of: collection)),
            ("LAB/P1/C1/new-dataset/mine/a.csv", .inDraft), ("LAB/P1/new-dataset", .experiment("/LAB/P1/new-dataset")),
        ] as [(String, OpenBISSpot)]
    )
    func `tell what they name`(text: String, spot: OpenBISSpot) throws {
        #expect(OpenBISSpot(try #require(DataPath(text))) == spot)
    }

    @Test(arguments: [
        "a b", "LAB/P 1", "LAB/P1/C1/object X", "LAB/P1/C1/dataset \(usual)", "LAB/P1/C1/two words",
        "LAB/P1/C1/EXP1/deeper", "LAB/P1/C1/new-dataset/README.txt/x", "LAB/object ", "LAB/P1/C1/dataset ",
    ])
    func `lead nowhere that nothing can have`(text: String) throws {
        #expect(OpenBISSpot(try #require(DataPath(text))) == nil)
    }

    @Test(arguments: [
        ("Measured", "Measured"), ("a/b\\c: *?\"<>|d", "a b c d"), ("  two \n lines\u{202E} ", "two lines"),
        ("", nil), (" / ", nil), ("🧪 Größe.", "🧪 Größe."),
        (String(repeating: "ä", count: 300), String(repeating: "ä", count: 50)),
        (String(repeating: "🧪", count: 300), String(repeating: "🧪", count: 50)),
    ])
    func `hold of a dataset's name what reads well`(title: String, words: String?) throws {
        let name = OpenBISSpot.name(ofDataSet: Self.usual, called: title)
        #expect(name == Self.usual + (words.map { " \($0)" } ?? ""))
        #expect(DataName(name) != nil)
    }

    @Test(arguments: [usual, "ODD-1", "NEW-DATASET", "20240101120000000"])
    func `lead back to what they were made of`(id: String) throws {
        for title in ["Its name", nil] {
            let name = OpenBISSpot.name(ofDataSet: id, called: title)
            #expect(OpenBISSpot(try #require(DataPath("S/P/C/\(name)"))) == .dataSet(id, of: .experiment("/S/P/C")))
        }
        let object = OpenBISSpot.name(ofObject: id, inCollection: true)
        #expect(OpenBISSpot(try #require(DataPath("S/P/C/\(object)"))) == .sample(id, in: .experiment("/S/P/C")))
        let free = OpenBISSpot.name(ofObject: id, inCollection: false)
        #expect(OpenBISSpot(try #require(DataPath("S/P/\(free)"))) == .sample(id, in: .project("/S/P")))
    }
}
