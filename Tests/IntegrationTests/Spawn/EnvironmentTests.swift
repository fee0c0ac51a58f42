import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

/// Environments on file systems of different kinds, mounted for the test.
@Suite(.enabled(if: geteuid() == 0, "mounts need root"), .timeLimit(.minutes(5))) struct `An environment` {
    /// An overlay can't be mapped to another owner, as of Linux 6.18; memory can, since 6.3.
    @Test func `on a file system that can't show other owners is said by the doctor, and works as it can`() async throws
    {
        try await withSandbox { sandbox in
            let memory = "\(sandbox.folder)/memory"
            mkdir(memory, 0o755)
            try #require(mount("none", memory, "tmpfs", 0, "mode=0755") == 0)
            defer { umount2(memory, Int32(MNT_DETACH)) }
            for name in ["lower", "upper", "work", "environment"] { mkdir("\(memory)/\(name)", 0o755) }
            mkdir("\(memory)/lower/bin", 0o755)
            let layers = "lowerdir=\(memory)/lower,upperdir=\(memory)/upper,workdir=\(memory)/work"
            try #require(mount("none", "\(memory)/environment", "overlay", 0, layers) == 0)
            defer { umount2("\(memory)/environment", Int32(MNT_DETACH)) }

            let both = ["\(memory)/environment", "\(memory)/lower"]
            let findings = await SandboxCheck.findings(options: sandbox.options, environments: both)
            let found = findings.filter { $0.subject.hasPrefix("environment") }
            #expect(found.map(\.subject) == ["environment \(memory)/environment"])
            #expect(found.first?.grade == .weaker)
            #expect(found.first?.message.contains("on overlay,") == true)

            for (path, owner) in zip(both, ["0\n", "20001\n"]) {
                var order = try sandbox.order()
                order.environment = path
                let server = try await sandbox.ready(order)
                #expect(try sandbox.shell("stat -c %u \(path)/bin", in: server) == owner)
                try await sandbox.spawner.stop(id: "a", grace: .zero)
            }
        }
    }
}
