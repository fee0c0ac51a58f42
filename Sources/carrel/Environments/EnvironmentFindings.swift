import CarrelModel
import CarrelSpawn

/// What `carrel doctor` says about the environments: whether each is there, and what it lacks on this machine.
enum EnvironmentFindings {
    /// One finding for each environment, and one for the packages that each lacks.
    static func findings(
        _ environments: [EnvironmentSettings],
        isBuilt: (EnvironmentSettings) -> Bool = { EnvironmentFolder(path: $0.path).isBuilt },
        installed: Set<String>? = DebianPackages.installed,
    ) -> [Finding] {
        environments.enumerated().flatMap { index, environment in
            [presence(of: environment, isUsual: index == 0, isBuilt: isBuilt(environment))]
                + packages(of: environment, installed)
        }
    }

    private static func presence(of environment: EnvironmentSettings, isUsual: Bool, isBuilt: Bool) -> Finding {
        guard !isBuilt else {
            let message = "\(environment.name) is in \(environment.path)."
            return Finding(subject: "environment", grade: .good, message: message)
        }
        let consequence = isUsual ? "no server can start" : "no server can start with it"
        return Finding(
            subject: "environment",
            grade: isUsual ? .missing : .weaker,
            message: "The environment \(environment.name) isn't in \(environment.path): \(consequence).",
            remedy: "Build it with `carrel env build \(environment.name)`.",
        )
    }

    private static func packages(of environment: EnvironmentSettings, _ installed: Set<String>?) -> [Finding] {
        guard let missing = DebianPackages.missing(of: environment.debianPackages, installed: installed) else {
            return []
        }
        return [
            Finding(
                subject: "environment",
                grade: .weaker,
                message: "The environment \(environment.name) expects packages that aren't on this machine: "
                    + "\(missing.joined(separator: ", ")).",
                remedy: "apt-get install \(missing.joined(separator: " "))",
            )
        ]
    }
}
