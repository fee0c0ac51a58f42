extension Format where Value == String {
    /// The path of a context of D4Science (reference `egi.md` 1.6).
    static var contextPath: Self {
        scalar(
            expected: "the path of a context, such as /d4science.research-infrastructures.eu/FARM/Rivers",
            kind: "path of a context",
            show: { $0 },
        ) { text in isContextPath(text) ? text : nil }
    }

    /// Whether a text is the path of a context.
    static func isContextPath(_ text: String) -> Bool {
        text.wholeMatch(of: #/(\/[A-Za-z0-9._\-]{1,100}){1,4}/#) != nil
    }

    /// The path of a context, or of all below one.
    static var contextPattern: Self {
        scalar(
            expected:
                "the path of a context, such as /d4science.research-infrastructures.eu/FARM/Rivers, or with /* at its end",
            kind: "path of contexts",
            show: { $0 },
        ) { text in isContextPath(text.hasSuffix("/*") ? String(text.dropLast(2)) : text) ? text : nil }
    }
}
