import Foundation

/// An extension of JupyterLab in an environment, as its `package.json` describes it.
struct EnvironmentExtension: Equatable {
    let name: String
    let version: String
    /// Whether JupyterLab loads it, that is, whether the build left it where JupyterLab looks.
    let isOn: Bool

    /// Those of an environment, by name; one that can't be read is left out.
    static func all(in environment: String) -> [EnvironmentExtension] {
        let places = [("labextensions", true), ("labextensions-off", false)]
        return places.flatMap { place, isOn in
            packages(in: "\(environment)/share/jupyter/\(place)")
                .map { EnvironmentExtension(name: $0.name, version: $0.version, isOn: isOn) }
        }
        .sorted { $0.name < $1.name }
    }

    private static func packages(in folder: String) -> [Package] {
        names(in: folder)
            .flatMap { name in
                name.hasPrefix("@") ? names(in: "\(folder)/\(name)").map { "\(name)/\($0)" } : [name]
            }
            .compactMap { read("\(folder)/\($0)/package.json") }
    }

    private static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private static func read(_ path: String) -> Package? {
        FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Package.self, from: $0) }
    }

    private struct Package: Decodable {
        let name: String
        let version: String
    }
}
