import Foundation
import Glibc

/// The folders beside the builds that jobs need: an empty one, and one with the addresses of providers.
struct Places {
    /// The folder of all builds.
    let folder: String

    static let hostsFile = "hosts.json"

    /// Holds a file with the addresses of providers.
    var hosts: String { "\(folder)/.hosts" }
    /// What jobs find in the place of the hub's folder and of a home; nothing can be written there.
    var nothing: String { "\(folder)/.nothing" }

    /// Makes them as they must be.
    func prepare(addresses: [String: String]) throws {
        for (path, mode) in [(folder, 0o711), (hosts, 0o755), (nothing, 0o755)] {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: mode],
            )
        }
        try write(addresses)
    }

    private func write(_ addresses: [String: String]) throws {
        let several = ["dataverse", "ckan"]
        var values: [String: Any] = [:]
        for (name, address) in addresses { values[name] = several.contains(name) ? [address] : address }
        let text = try JSONSerialization.data(withJSONObject: values, options: [.sortedKeys])
        let path = "\(hosts)/\(Self.hostsFile)"
        guard FileManager.default.contents(atPath: path) != text else { return }
        let draft = "\(path).\(UInt32.random(in: 0 ... .max))"
        guard
            FileManager.default.createFile(atPath: draft, contents: text, attributes: [.posixPermissions: 0o644]),
            rename(draft, path) == 0
        else { throw SystemFailure(call: "write", path: path, number: errno) }
    }
}
