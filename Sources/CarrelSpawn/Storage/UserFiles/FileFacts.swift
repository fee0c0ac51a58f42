import CFiles
import Glibc

/// What belongs to a file besides its content.
enum FileFacts {
    /// The attributes that are the user's own: theirs by name, and access lists (`acl(5)`, `xattr(7)`).
    private static let accessLists: Set = ["system.posix_acl_access", "system.posix_acl_default"]

    /// Gives a copy the attributes, mode and times of what it is a copy of.
    static func keep(of source: Descriptor, for copy: Descriptor) throws(SystemFailure) {
        var facts = stat()
        try SystemFailure.check("stat") { fstat(source.number, &facts) }
        // Before access lists, which hold what the mode says of the group.
        try SystemFailure.check("chmod") { fchmod(copy.number, facts.st_mode & 0o777) }
        try keepAttributes(of: source, for: copy)
        let times = [facts.st_atim, facts.st_mtim]
        try SystemFailure.check("utimens") { futimens(copy.number, times) }
    }

    private static func keepAttributes(of source: Descriptor, for copy: Descriptor) throws(SystemFailure) {
        for name in names(of: source.number) {
            // One that is gone meanwhile, or can't be read, is none.
            guard let value = value(of: name, source.number) else { continue }
            if fsetxattr(copy.number, name, value, value.count, 0) == 0 { continue }
            // Where the copy is, such attributes may be unknown; the content is worth more.
            guard errno == ENOTSUP || errno == EPERM || errno == EINVAL else {
                throw SystemFailure(call: "fsetxattr", path: nil, number: errno)
            }
        }
    }

    /// The names of the attributes of an open file that are its user's own.
    static func names(of file: Int32) -> [String] {
        let size = flistxattr(file, nil, 0)
        guard size > 0 else { return [] }
        var list = [CChar](repeating: 0, count: size)
        let count = flistxattr(file, &list, size)
        guard count > 0 else { return [] }
        return list.prefix(count).split(separator: 0).map { String(nulTerminated: Array($0)) }
            .filter { $0.hasPrefix("user.") || accessLists.contains($0) }
    }

    /// What an attribute holds; nil for one that is gone, or can't be read.
    static func value(of name: String, _ file: Int32) -> [UInt8]? {
        let size = fgetxattr(file, name, nil, 0)
        guard size >= 0 else { return nil }
        var value = [UInt8](repeating: 0, count: size)
        let count = fgetxattr(file, name, &value, size)
        return count < 0 ? nil : Array(value.prefix(count))
    }
}
