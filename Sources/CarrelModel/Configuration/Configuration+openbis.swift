extension Configuration {
    /// An authenticator that there isn't, and an address that is taken.
    var integrationFaults: [SettingFault] {
        guard let settings = openbisIntegration else { return [] }
        var faults: [SettingFault] = []
        if !authenticators.contains(where: { $0.name == settings.authenticator && $0.kind == .openbis }) {
            faults.append(
                SettingFault(
                    key: "openbisIntegration.authenticator",
                    found: settings.authenticator,
                    expected: "an authenticator of kind: openbis that the file has",
                )
            )
        }
        if let address = settings.listen {
            let taken = proxy.listen + (proxy.tls?.redirectFrom.map { [$0] } ?? [])
            if let other = taken.first(where: { $0.overlaps(address) }) {
                faults.append(
                    SettingFault(
                        key: "openbisIntegration.listen",
                        found: "\(address), where the proxy listens already (\(other))",
                        expected: "another address or port",
                    )
                )
            }
            if case .unix(let path) = address, path.utf8.count > ListenAddress.longestSocketPath {
                faults.append(
                    SettingFault(
                        key: "openbisIntegration.listen",
                        found: "a socket path of \(path.utf8.count) bytes",
                        expected: "at most \(ListenAddress.longestSocketPath)",
                    )
                )
            }
        }
        return faults
    }
}
