extension Configuration {
    /// Folders of two things in one place, and authenticators that there aren't.
    var dataSourceFaults: [SettingFault] {
        dataSources.indices.flatMap { index in
            let source = dataSources[index]
            let key = "dataSources.\(source.name)"
            var faults: [SettingFault] = []
            if let other = owner(of: source.homeFolder, before: index) {
                faults.append(
                    SettingFault(
                        key: key + (source.folder == nil ? "" : ".folder"),
                        found: "the folder \(source.homeFolder), which is that of \(other)",
                        expected: "a folder that nothing else has",
                    )
                )
            }
            if let way = source.signIn, !authenticators.contains(where: { $0.name == way && $0.kind.givesTokens }) {
                let expected = "an authenticator of kind: openid that the file has"
                faults.append(SettingFault(key: key + ".signIn", found: way, expected: expected))
            }
            if source.kind == .openbis,
                !authenticators.contains(where: { $0.name == source.authenticator && $0.kind == .openbis })
            {
                let expected = "an authenticator of kind: openbis that the file has"
                faults.append(
                    SettingFault(key: key + ".authenticator", found: source.authenticator, expected: expected)
                )
            }
            if source.kind == .storagehub, let way = source.signIn, source.contexts.isEmpty,
                authenticators.first(where: { $0.name == way })?.contexts.isEmpty == true
            {
                let expected = "a context, as \(way) has none either"
                faults.append(SettingFault(key: key + ".contexts", found: "none", expected: expected))
            }
            return faults
        }
    }

    /// What else has a folder of this name in homes.
    private func owner(of folder: String, before index: Int) -> String? {
        if let other = dataSources[..<index].first(where: { $0.homeFolder == folder }) {
            return "dataSources.\(other.name)"
        }
        if sharedFolders.contains(where: { $0.name == folder }) { return "sharedFolders.\(folder)" }
        for instance in instances {
            if instance.material?.folder == folder { return "instances.\(instance.name).material" }
            if instance.handIn == folder { return "instances.\(instance.name).handIn" }
        }
        return nil
    }
}
