import CarrelModel

/// What `carrel doctor` says about the kernels of an environment.
enum KernelFindings {
    /// One finding for all that can start, and one for each that can't.
    static func findings(
        environment: String,
        kernels: [EnvironmentKernel],
        isThere: (String) -> Bool = EnvironmentKernel.isThere,
    ) -> [Finding] {
        let offered = kernels.filter { $0.missing(isThere: isThere).isEmpty }
        let good = Finding(
            subject: "kernels",
            grade: .good,
            message: "The environment \(environment) offers \(offered.map(\.title).joined(separator: ", ")).",
        )
        let rest = kernels.filter { !offered.contains($0) }.map { kernel in
            let missing = kernel.missing(isThere: isThere)
            return Finding(
                subject: "kernels",
                grade: .weaker,
                message: "\(kernel.title) isn't offered, because \(missing.joined(separator: " and ")) "
                    + "\(missing.count == 1 ? "isn't" : "aren't") there.",
                remedy: kernel.package.map { "apt-get install \($0)" },
            )
        }
        return (offered.isEmpty ? [] : [good]) + rest
    }
}
