import Foundation

/// A kernel of an environment, as its `kernel.json` describes it.
///
/// What it needs of the system is under `metadata.carrel`, where servers look too: they offer only what can start.
struct EnvironmentKernel: Equatable {
    /// The name by which notebooks know it.
    var name: String
    /// The name that people see.
    var title: String
    /// Programs, or absolute paths of files, without which it can't start.
    var needs: [String] = []
    /// The Debian package that brings them.
    var package: String?

    /// Those of an environment, by name.
    ///
    /// A file that can't be read is left out; Jupyter leaves it out too.
    static func all(in environment: String) -> [EnvironmentKernel] {
        let folder = environment + "/share/jupyter/kernels"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)/kernel.json").flatMap { read($0, name: name) }
        }
    }

    /// Reads a `kernel.json`.
    static func read(_ data: Data, name: String) -> EnvironmentKernel? {
        guard let file = try? JSONDecoder().decode(File.self, from: data) else { return nil }
        let ours = file.metadata?.carrel
        return EnvironmentKernel(
            name: name,
            title: file.title,
            needs: ours?.needs ?? [],
            package: ours?.package,
        )
    }

    /// What isn't there of what it needs.
    func missing(isThere: (String) -> Bool = Self.isThere) -> [String] {
        needs.filter { !isThere($0) }
    }

    /// Looks for a file, or for a program where servers find theirs.
    static func isThere(_ need: String) -> Bool {
        let folders = ["/usr/local/bin/", "/usr/bin/", "/bin/"]
        return need.hasPrefix("/")
            ? FileManager.default.fileExists(atPath: need)
            : folders.contains { FileManager.default.isExecutableFile(atPath: $0 + need) }
    }

    private struct File: Decodable {
        struct Metadata: Decodable {
            struct Ours: Decodable {
                let needs: [String]?
                let package: String?
            }

            let carrel: Ours?
        }

        enum CodingKeys: String, CodingKey {
            case title = "display_name"
            case metadata
        }

        let title: String
        let metadata: Metadata?
    }
}
