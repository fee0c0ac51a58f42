import CarrelModel
import Foundation

/// Programs on this machine.
enum Executable {
    /// The absolute path of a program, looked up in `PATH` if it is a bare name.
    static func found(_ name: String) -> String {
        guard !name.contains("/") else { return name }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let paths = folders.map { "\($0)/\(name)" }
        return paths.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "/usr/bin/\(name)"
    }

    /// The absolute path of a program that is installed beside this one.
    static func beside(_ name: String) -> String {
        let own = (try? path()) ?? "/usr/bin/carrel"
        return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
    }

    /// Carrel's folder `python`: in the source that this program was built from, or where it was installed.
    ///
    /// - Throws: ``EnvironmentFailure/noBuilder(looked:)``.
    static func scripts() throws -> String {
        var folder = URL(filePath: try path()).deletingLastPathComponent()
        let installed = folder.deletingLastPathComponent().appending(path: "share/carrel/python").path
        var places = [installed]
        // `.build/TRIPLE/debug` is in the source.
        for _ in 0..<4 {
            places.append(folder.appending(path: "python").path)
            folder.deleteLastPathComponent()
        }
        let found = places.first { FileManager.default.isExecutableFile(atPath: $0 + "/build-environment") }
        guard let found else { throw EnvironmentFailure.noBuilder(looked: [installed]) }
        return found
    }

    /// The absolute path of this program, also after the file was replaced by a newer one at the same place.
    static func path() throws -> String {
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return link.hasSuffix(" (deleted)") ? String(link.dropLast(" (deleted)".count)) : link
    }
}
