import CarrelModel

/// Calls the program `btrfs`; every path it is given begins with `/` and lies in folders that belong to the hub.
struct BtrfsProgram: Sendable {
    /// Its absolute path.
    let path: String
    /// How long a call may take: on a busy disk, making or removing a subvolume waits for what is being written.
    var deadline = Duration.seconds(60)

    func createSubvolume(_ folder: String) async throws(ProgramFailure) {
        try await run("subvolume", "create", folder)
    }

    func removeSubvolume(_ folder: String) async throws(ProgramFailure) {
        try await run("subvolume", "delete", folder)
    }

    func snapshot(of folder: String, to copy: String) async throws(ProgramFailure) {
        try await run("subvolume", "snapshot", "-r", folder, copy)
    }

    func limit(_ folder: String, to quota: ByteCount?) async throws(ProgramFailure) {
        try await run("qgroup", "limit", quota.map { "\($0.bytes)" } ?? "none", folder)
    }

    func enableQuotas(on folder: String) async throws(ProgramFailure) {
        try await run("quota", "enable", folder)
    }

    func growToDevice(_ folder: String) async throws(ProgramFailure) {
        try await run("filesystem", "resize", "max", folder)
    }

    /// The use and limits of all subvolumes of the file system a folder is on.
    func usages(on folder: String) async throws(ProgramFailure) -> QgroupTable {
        let text = try await run("qgroup", "show", "-re", "--raw", folder)
        guard let table = QgroupTable(text) else {
            throw .failed(program: "btrfs", code: 0, said: "the table of quotas can't be read")
        }
        return table
    }

    @discardableResult
    private func run(_ arguments: String...) async throws(ProgramFailure) -> String {
        try await ProgramRun.output(of: path, arguments, within: deadline)
    }
}
