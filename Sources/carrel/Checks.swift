import CarrelHub
import CarrelModel
import CarrelSpawn
import Foundation

/// What this machine can and can't do for Carrel.
struct Checks {
    let configuration: Configuration
    let state: StateDirectory

    init(_ configuration: Configuration, state: StateDirectory) {
        self.configuration = configuration
        self.state = state
    }

    /// Looks at everything that servers need.
    func findings() async -> [Finding] {
        [stateDirectory] + EnvironmentFindings.findings(configuration.environments) + kernels + (await sandbox())
            + (await HomeStorageSetup(configuration, state: state).findings()) + commonFolders + portalData + mounts
    }

    /// Only where there is something to mount.
    private var mounts: [Finding] {
        configuration.dataSources.isEmpty ? [] : [MountTools(rclone: configuration.mounts.rclone).finding]
    }

    private var portalData: [Finding] {
        configuration.portalData.filter { !HomeDirectory.isFolder($0.path) }.map { portal in
            Finding(
                subject: "data of the portal \(portal.name)",
                grade: .weaker,
                message: "\(portal.path) isn't there, so servers read that portal's data over the network.",
                remedy: "Mount or make it, or change portalData.\(portal.name).path in carrel.yaml.",
            )
        }
    }

    private var commonFolders: [Finding] {
        let shared = configuration.sharedFolders.compactMap { folder in folder.path.map { (folder.name, $0) } }
        return CommonFolderCheck.findings(homes: configuration.storage.homes, shared: shared)
    }

    private var stateDirectory: Finding {
        let path = state.path
        let exists = FileManager.default.fileExists(atPath: path)
        let probe = exists ? path : (path as NSString).deletingLastPathComponent
        return FileManager.default.isWritableFile(atPath: probe)
            ? Finding(subject: "state directory", grade: .good, message: "\(path) can be written to.")
            : Finding(
                subject: "state directory",
                grade: .missing,
                message: "\(path) can't be written to.",
                remedy: "Give it to the user Carrel runs as, or set hub.stateDirectory in carrel.yaml.",
            )
    }

    private var kernels: [Finding] {
        configuration.environments.flatMap { environment in
            KernelFindings.findings(
                environment: environment.name,
                kernels: EnvironmentKernel.all(in: environment.path),
            )
        }
    }

    private func sandbox() async -> [Finding] {
        let range = configuration.sandbox.uidRange
        return await SandboxCheck.findings(
            options: SandboxOptions(configuration, state: state),
            account: Account(uid: range.first, gid: range.first),
            environments: configuration.environments.map(\.path),
        )
    }
}
