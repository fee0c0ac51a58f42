import Foundation

/// Which Debian packages this machine has.
enum DebianPackages {
    /// Their names; nil on a machine that isn't a Debian.
    static var installed: Set<String>? {
        FileManager.default.contents(atPath: "/var/lib/dpkg/status").map {
            names(in: String(decoding: $0, as: UTF8.self))
        }
    }

    /// The names of the packages that are installed, in dpkg's file of states.
    static func names(in status: String) -> Set<String> {
        var names: Set<String> = []
        var name: String?
        for line in status.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("Package: ") {
                name = String(line.dropFirst("Package: ".count))
            } else if line.hasPrefix("Status: "), line.hasSuffix(" installed"), let name {
                names.insert(name)
            }
        }
        return names
    }

    /// Those of some that aren't installed, in their order; nil when none is missing.
    static func missing(of wanted: [String], installed: Set<String>?) -> [String]? {
        let missing = wanted.filter { installed?.contains($0) != true }
        return missing.isEmpty ? nil : missing
    }
}
