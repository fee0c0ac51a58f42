import CarrelModel
import Testing

@Suite struct `The data file of a catalogue` {
    private func read(_ text: String) throws(ConfigurationError) -> Catalogue {
        try Catalogue.read(Array(text.utf8), file: "catalogue.yaml")
    }

    @Test func `keeps the order of the file, as YAML and as JSON`() throws {
        let yaml = try read("sections: {b: {entries: {z: {notebook: z.ipynb}, a: {notebook: d/a.ipynb}}}, a: {}}")
        #expect(yaml.sections.map(\.name) == ["b", "a"])
        #expect(yaml.sections[0].entries.map(\.name) == ["z", "a"])
        #expect(yaml.entry("a", in: "b")?.notebook == "d/a.ipynb")
        let json = try read(#"{"sections": {"b": {"title": "B", "entries": {"z": {"notebook": "z.ipynb"}}}}}"#)
        #expect(json.sections[0].title == "B")
        #expect(try read("").sections.isEmpty)
    }

    @Test(arguments: [
        ("entries: {n: {notebook: ../x}}", "sections.s.entries.n.notebook: found “../x”"),
        ("entries: {n: {notebook: /etc/passwd}}", "sections.s.entries.n.notebook"),
        ("entries: {n: {notebook: .git/config}}", "sections.s.entries.n.notebook"),
        ("entries: {n: {title: x}}", "notebook"),
        ("entries: {n: {notebook: x.ipynb, pictures: x.png}}", "sections.s.entries.n.pictures"),
        ("entries: {n: {notebook: x.ipynb, picture: x.html}}", "sections.s.entries.n.picture"),
        ("entries: {n: {notebook: x.ipynb, doi: 'https://doi.org/10.1/x'}}", "sections.s.entries.n.doi"),
        ("entries: {N n: {notebook: x.ipynb}}", "sections.s.entries.N n"),
        ("entries: [x.ipynb]", "sections.s.entries"),
    ])
    func `is read strictly, and says where what is wrong`(text: String, problem: String) {
        let error = #expect(throws: ConfigurationError.self) { try read("sections: {s: {\(text)}}") }
        #expect(error?.message.hasPrefix("catalogue.yaml:1:") == true)
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }
}
