extension Format where Value == String {
    /// The folder that a relative path starts from.
    enum Origin: Sendable {
        /// The folder of the configuration file.
        case file
        /// The state directory.
        case stateDirectory
    }

    /// A file or folder of the machine; a relative path is allowed.
    static func path(relativeTo origin: Origin = .file) -> Self {
        scalar(expected: "a path", kind: "path", show: { $0 }, parse: { isPath($0) ? $0 : nil })
            .resolving { path, base in
                path = PathBase.absolute(path, in: origin == .file ? base.folder : base.stateDirectory)
            }
    }

    /// A folder of the machine, named from `/` on, because it has the same name in another place.
    static var absolutePath: Self {
        scalar(
            expected: "a path that begins with /, other than / itself and without ..",
            kind: "absolute path",
            show: { $0 },
        ) { path in
            let parts = path.split(separator: "/")
            return isPath(path) && path.hasPrefix("/") && !parts.isEmpty && !parts.contains("..") ? path : nil
        }.resolving { path, base in path = PathBase.absolute(path, in: base.folder) }
    }

    /// A program: a name, which is looked up in `PATH`, or a path.
    static var program: Self {
        scalar(
            expected: "the name of a program, or a path",
            kind: "program or path",
            show: { $0 },
            parse: { isPath($0) ? $0 : nil },
        ).resolving { path, base in
            guard path.contains("/") else { return }
            path = PathBase.absolute(path, in: base.folder)
        }
    }

    /// Not empty, without control characters, and without `~`, which only a shell replaces.
    private static func isPath(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 1024 && text != "~" && !text.hasPrefix("~/")
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
