extension StartOrder {
    /// Refuses an order that could mean something else to the programs it is handed to.
    ///
    /// Arguments are separated by zero bytes, `passwd` fields by colons, requests by line ends: none of them may come
    /// from an order.
    ///
    /// - Throws: ``SpawnError/invalidOrder(_:reason:)`` naming the part, never its value if that could be secret.
    public func check() throws(SpawnError) {
        func demand(_ condition: Bool, _ reason: String) throws(SpawnError) {
            if !condition { throw .invalidOrder(id.isFileName ? id : "?", reason: reason) }
        }
        try demand(id.isFileName, "its id is no plain file name of at most 64 characters")
        try demand(unixName.isFileName, "the Unix name “\(unixName)” is no plain name")
        try demand(account?.uid != 0, "the account is root")
        try demand(home.isPlainPath, "the home is no absolute path")
        try demand(environment?.isPlainPath ?? true, "the environment is no absolute path")
        try demand(hubDirectory.isPlainPath, "the hub's folder is no absolute path")
        try demand(command.first?.isPlainPath ?? false, "the program is no absolute path")
        try demand(!command.contains { $0.utf8.contains(0) }, "an argument of the program has a zero byte")
        try demand(servicePrefix.isURLPrefix, "the prefix isn't a path of a URL that begins and ends with a slash")
        for (name, value) in variables {
            try demand(name.isVariableName, "a variable has an impossible name")
            try demand(!value.utf8.contains(0), "the variable \(name) has a zero byte in its value")
        }
        for folder in folders {
            try demand(folder.host.isPlainPath && folder.inside.isPlainPath, "a folder is no absolute path")
            try demand(folder.owner != 0, "a folder's files are root's")
        }
        for shelf in shelves { try demand(shelf.isPlainPath, "a shelf is no absolute path") }
        for group in account?.groups ?? [] {
            try demand(group.name.isGroupName && group.gid != 0, "a group has an impossible name or is root's")
        }
    }
}

extension String {
    /// Whether this can name a file, a user, and nothing else.
    var isFileName: Bool {
        (1...64).contains(utf8.count) && !hasPrefix(".") && !hasPrefix("-")
            && utf8.allSatisfy {
                $0.isLetterOrDigit || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
            }
    }

    /// Whether this can be a name in `/etc/group`.
    fileprivate var isGroupName: Bool {
        !isEmpty && utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ",") }
    }

    /// Whether this is an absolute path that leads nowhere else than it seems to.
    fileprivate var isPlainPath: Bool {
        hasPrefix("/") && !utf8.contains(0) && !utf8.contains(UInt8(ascii: "\n"))
            && split(separator: "/").allSatisfy { $0 != ".." && $0 != "." }
    }

    fileprivate var isURLPrefix: Bool {
        hasPrefix("/") && hasSuffix("/") && utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    fileprivate var isVariableName: Bool {
        !isEmpty && !utf8.contains(UInt8(ascii: "=")) && utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
