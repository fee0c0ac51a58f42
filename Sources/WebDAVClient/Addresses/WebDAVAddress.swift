/// Where a folder is: its server, and its names there.
struct WebDAVAddress: Sendable, Equatable {
    let origin: WebDAVOrigin
    let root: [WebDAVName]
    /// What stands around the folder if it is Nextcloud's.
    let nextcloud: NextcloudPlace?

    /// Takes an address as a person copies it, with or without escapes and a slash at its end.
    ///
    /// - Throws: ``WebDAVError/unfitAddress(_:)``.
    init(_ text: String, plainHTTP: WebDAVSettings.PlainHTTP) throws(WebDAVError) {
        let text = text.drop { $0 == " " }
        guard let mark = text.firstRange(of: "://"), text.utf8.count <= 4096,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f && $0 != "\\" })
        else { throw .unfitAddress(.notAnAddress) }
        let rest = text[mark.upperBound...]
        // Scalars, as a slash with a combining mark after it is another character.
        let scalars = rest.unicodeScalars
        let slash = scalars.firstIndex(of: "/") ?? rest.endIndex
        guard !scalars[..<slash].contains("@"), !scalars.contains("?"), !scalars.contains("#") else {
            throw .unfitAddress(.tooMuch)
        }
        guard let origin = WebDAVOrigin(scheme: String(text[..<mark.lowerBound]), authority: rest[..<slash]),
            let root = PercentText.names(of: rest[slash...].utf8)
        else { throw .unfitAddress(.notAnAddress) }
        guard !origin.isPlain || origin.isLoopback || plainHTTP == .allowed else { throw .unfitAddress(.plainHTTP) }
        self.origin = origin
        self.root = root
        nextcloud = NextcloudPlace(root)
    }

    /// The address of a file; of a folder, with a slash at its end.
    func url(of path: WebDAVPath, _ shape: Shape) -> String {
        url(root + path.names, shape)
    }

    /// The address of names from the server's top.
    func url(_ names: [WebDAVName], _ shape: Shape) -> String {
        let text = origin.text + names.map { "/" + PercentText.encode($0.bytes) }.joined()
        return shape == .folder || names.isEmpty ? text + "/" : text
    }

    enum Shape { case file, folder }
}

/// A folder of a Nextcloud server, told by its address.
struct NextcloudPlace: Sendable, Equatable {
    /// The names before `remote.php`.
    let server: [WebDAVName]
    /// Whose files they are, in the address `remote.php/dav/files/USER`; nil in `remote.php/webdav`.
    let user: WebDAVName?

    init?(_ root: [WebDAVName]) {
        guard let script = root.firstIndex(where: { $0.text == "remote.php" }) else { return nil }
        let after = root[(script + 1)...].map(\.text)
        server = Array(root[..<script])
        if after.starts(with: ["dav", "files"]), after.count > 2 {
            user = root[script + 3]
        } else if after.first == "webdav" {
            user = nil
        } else {
            return nil
        }
    }

    /// Where somebody's file is in the address `remote.php/dav/files/USER`, the only one that uploads can go to.
    ///
    /// - Parameters:
    ///   - names: as they are in this address, from the server's top.
    ///   - user: whose they are.
    /// - Returns: the names there, from the server's top.
    func names(of names: [WebDAVName], user: WebDAVName) -> [WebDAVName] {
        self.user == nil ? self.names("remote.php", "dav", "files") + [user] + names.dropFirst(server.count + 2) : names
    }

    /// What is at these names on the server.
    func names(_ texts: String...) -> [WebDAVName] {
        server + texts.compactMap { WebDAVName($0) }
    }
}
