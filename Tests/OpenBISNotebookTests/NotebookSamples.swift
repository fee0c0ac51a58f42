import Foundation
import Testing

@testable import OpenBISNotebook

extension AnalysisNotebook {
    /// A notebook for two datasets of the stand-in for openBIS, of an object and of a collection.
    static let ofObject = AnalysisNotebook(
        fileName: "Größe, first.ipynb",
        dataSets: [
            DataSet(permID: "20260101000000000-1", name: "Measured", owner: .object),
            DataSet(permID: "20260101000000000-2", name: "Odd names", owner: .object),
        ],
        owner: .object,
        historyID: "00000000-0000-4000-8000-000000000001",
        pagePrefix:
            "https://openbis.example.org/openbis/webapp/eln-lims/?viewName=showViewDataSetPageFromPermId&viewData="
    )

    /// A notebook for a dataset of a collection, whose result belongs to that collection.
    static let ofCollection = AnalysisNotebook(
        fileName: "second.ipynb",
        dataSets: [DataSet(permID: "20260101000000000-3", owner: .collection)],
        owner: .collection,
        historyID: "00000000-0000-4000-8000-000000000002"
    )

    /// A notebook without datasets, whose result is of a type without history.
    static let ofNothing = AnalysisNotebook(
        fileName: "third.ipynb",
        dataSets: [],
        owner: .object,
        historyID: "00000000-0000-4000-8000-000000000003",
        resultType: "RAW_DATA",
        properties: PropertyKeys(name: "$NAME", notes: "NOTES", history: nil)
    )

    /// A notebook in which everything that can be hostile is.
    static let hostile = AnalysisNotebook(
        fileName: hostileText.replacing("/", with: "|").replacing("\u{0}", with: ""),
        dataSets: [
            DataSet(
                permID: hostileText,
                name: hostileText,
                owner: Owner(.collection, permID: hostileText, identifier: hostileText)
            )
        ],
        owner: Owner(.object, permID: hostileText, identifier: hostileText),
        historyID: hostileText,
        resultType: hostileText,
        properties: PropertyKeys(name: hostileText, notes: hostileText, history: hostileText),
        pagePrefix: "https://" + hostileText,
        renewal: hostileText
    )

    static let hostileText =
        "\u{301}a\"\"\"'''\\\"\n`boom()`\r\n<script>boom()</script> $x$ {boom()} %%bash\n!boom\u{2028}boom()\u{202e}\u{feff}\\N{DIGIT ONE}\u{0}"
        + "\u{1F9EA}é"
}

extension AnalysisNotebook.Owner {
    static let object = Self(.object, permID: "20260101000000000-11", identifier: "/LAB/P1/EXP1")
    static let collection = Self(.collection, permID: "20260101000000000-12", identifier: "/LAB/P1/C1")
}

/// JSON in which nothing is known beforehand.
func read(_ data: Data) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
}

extension NSDictionary {
    var cells: [NSDictionary] { self["cells"] as? [NSDictionary] ?? [] }

    /// The source of the code cell of that name.
    func source(_ name: String) -> String? {
        let cell = cells.first { ($0["metadata"] as? NSDictionary)?["code_cell_id"] as? String == name }
        return (cell?["source"] as? [String])?.joined()
    }
}
