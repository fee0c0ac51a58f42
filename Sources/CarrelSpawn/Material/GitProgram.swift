import CarrelModel

/// Calls `git` as an account without rights: over the web only, with nothing of the machine's or a user's configuration.
struct GitProgram {
    /// As whom it runs; nil for the hub's own user.
    let account: Account?
    /// How large the files of a repository may be, in bytes.
    let mostBytes: Int64
    /// How long each call may take.
    let limit: Duration

    /// The newest version of a repository, 40 hexadecimal digits or more.
    func newest(of address: WebAddress, branch: String?) async throws -> String {
        let name = branch.map { "refs/heads/\($0)" } ?? "HEAD"
        let text = try await told(branch) {
            try await run(["ls-remote", "--exit-code", "--", address.text, name])
        }
        let version = text.prefix { $0.isHexDigit }
        guard (40...64).contains(version.count) else { throw RepositoryError.noBranch(branch) }
        return String(version)
    }

    /// Clones the newest version of a repository, and puts its files into the folder.
    ///
    /// - Returns: which version it is.
    func clone(_ address: WebAddress, branch: String?, to folder: String) async throws -> String {
        try await told(branch) {
            let common =
                ["--quiet", "--no-checkout", "--no-tags", "--single-branch"] + (branch.map { ["--branch", $0] } ?? [])
            do {
                try await run(["clone", "--depth", "1"] + common + ["--", address.text, folder])
            } catch ProgramFailure.failed(_, _, let said) where said.contains("shallow") {
                // Servers that only offer files know of no depth.
                try await run(["clone"] + common + ["--", address.text, folder])
            }
            try measure(try await run(["-C", folder, "ls-tree", "-r", "-l", "HEAD"]))
            try await run(["-C", folder, "checkout", "--quiet", "HEAD", "--", "."])
            let version = try await run(["-C", folder, "rev-parse", "HEAD"])
            return String(version.prefix { $0.isHexDigit })
        }
    }

    private func measure(_ list: String) throws(RepositoryError) {
        var (bytes, count): (Int64, Int) = (0, 0)
        for line in list.split(separator: "\n") {
            let words = line.split(separator: "\t", maxSplits: 1)[0].split(separator: " ")
            bytes += words.count > 3 ? Int64(words[3]) ?? 0 : 0
            count += 1
        }
        guard bytes <= mostBytes else { throw .tooLarge(limit: ByteCount(bytes: mostBytes)) }
        guard count <= MaterialDelivery.mostFiles else {
            throw .tooManyFiles(count, limit: MaterialDelivery.mostFiles)
        }
    }

    /// Says in words what `git` failed with.
    private func told(_ branch: String?, _ body: () async throws -> String) async throws -> String {
        do {
            return try await body()
        } catch ProgramFailure.cancelled {
            throw CancellationError()
        } catch let failure as ProgramFailure {
            throw RepositoryError(failure, branch: branch, limit: ByteCount(bytes: mostBytes))
        }
    }

    @discardableResult
    private func run(_ words: [String]) async throws(ProgramFailure) -> String {
        let (path, arguments) = GitCommand(account: account, mostBytes: mostBytes).program(words)
        return try await ProgramRun.output(of: path, arguments, within: limit)
    }
}
