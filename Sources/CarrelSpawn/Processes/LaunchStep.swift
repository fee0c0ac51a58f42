import CProcess
import Glibc

/// What a process does between being forked and becoming its program.
enum LaunchStep {
    /// Enters a control group by its `cgroup.procs` or `tasks` file.
    case enterGroup(file: String)
    /// Enters a network namespace.
    case enterNetwork(Descriptor)
    /// Has mounts of its own from here on.
    case privateMounts
    /// Makes a folder and gives it away.
    case folder(String, mode: mode_t, owner: Account)
    /// Mounts an empty file system in memory of at most `bytes`, which counts as memory of who writes to it.
    case memory(at: String, bytes: Int)
    /// Mounts pseudo-terminals of its own, at most so many: all others of the machine share one number.
    case terminals(at: String, most: Int)
    /// Mounts `lower` with `upper` laid over it: what is written goes to `upper`.
    case overlay(at: String, lower: String, upper: String, work: String)
    /// Attaches a copy of a mount.
    case attach(Descriptor, at: String)
    /// Shows a folder or a file in another place as well, where nothing is yet.
    case show(String, at: String)
    /// Shows a folder or a file in place of another one.
    case cover(String, with: String)
    /// Mounts an empty file system in memory, as small as can be, in which devices work.
    case devices(at: String)
    /// Makes a character device and gives it away.
    case device(String, number: UInt, owner: Account)
    /// Goes to a folder: paths of later steps may begin there.
    case go(String)

    /// The C texts of a step, kept as long as `body` runs.
    func withStep<Result>(_ body: (carrel_step) -> Result) -> Result {
        var step = carrel_step()
        switch self {
        case .enterGroup(let file):
            step.kind = carrel_step_group
            return Self.withTexts([file]) { texts in
                step.target = texts[0]
                return body(step)
            }
        case .enterNetwork(let namespace):
            step.kind = carrel_step_namespace
            step.descriptor = namespace.number
            step.flags = UInt(NamespaceKind.network.rawValue)
            return body(step)
        case .privateMounts:
            step.kind = carrel_step_private_mounts
            return body(step)
        case .folder(let path, let mode, let owner):
            step.kind = carrel_step_folder
            step.mode = mode
            step.uid = owner.uid
            step.gid = owner.gid
            return Self.withTexts([path]) { texts in
                step.target = texts[0]
                return body(step)
            }
        case .memory(let path, let bytes):
            return Self.mount("tmpfs", at: path, data: "size=\(bytes),mode=0755", body)
        case .terminals(let path, let most):
            // A device file system without devices would be none.
            let data = "newinstance,ptmxmode=0666,mode=0620,max=\(most)"
            return Self.mount("devpts", at: path, data: data, flags: MS_NOSUID, body)
        case .overlay(let path, let lower, let upper, let work):
            // `redirect_dir`: without it folders of the lower layer can't be renamed, as pip does.
            let data = "lowerdir=\(lower),upperdir=\(upper),workdir=\(work),redirect_dir=on"
            return Self.mount("overlay", at: path, data: data, body)
        case .attach(let tree, let path):
            step.kind = carrel_step_attach
            step.descriptor = tree.number
            return Self.withTexts([path]) { texts in
                step.target = texts[0]
                return body(step)
            }
        case .show(let source, let path):
            step.kind = carrel_step_show
            return Self.withTexts([source, path]) { texts in
                step.source = texts[0]
                step.target = texts[1]
                return body(step)
            }
        case .cover(let path, let source):
            step.kind = carrel_step_cover
            return Self.withTexts([source, path]) { texts in
                step.source = texts[0]
                step.target = texts[1]
                return body(step)
            }
        case .devices(let path):
            return Self.mount("tmpfs", at: path, data: "size=4k,mode=0755", flags: MS_NOSUID | MS_NOEXEC, body)
        case .device(let path, let number, let owner):
            step.kind = carrel_step_device
            step.flags = number
            step.mode = 0o600
            step.uid = owner.uid
            step.gid = owner.gid
            return Self.withTexts([path]) { texts in
                step.target = texts[0]
                return body(step)
            }
        case .go(let path):
            step.kind = carrel_step_go
            return Self.withTexts([path]) { texts in
                step.target = texts[0]
                return body(step)
            }
        }
    }

    private static func mount<Result>(
        _ type: String,
        at path: String,
        data: String,
        flags: Int = MS_NOSUID | MS_NODEV,
        _ body: (carrel_step) -> Result
    ) -> Result {
        return withTexts([type, path, data]) { texts in
            var step = carrel_step()
            step.kind = carrel_step_mount
            step.source = texts[0]
            step.type = texts[0]
            step.target = texts[1]
            step.data = texts[2]
            step.flags = UInt(flags)
            return body(step)
        }
    }

    private static func withTexts<Result>(_ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { $0.map { UnsafePointer($0) } })
    }
}

extension LaunchStep: CustomStringConvertible {
    /// What the step does, for messages: “mount the throw-away layer at …”.
    var description: String {
        switch self {
        case .enterGroup(let file): "enter the control group \(file)"
        case .enterNetwork: "enter the network namespace"
        case .privateMounts: "have mounts of its own"
        case .folder(let path, _, _): "make the folder \(path)"
        case .memory(let path, _): "mount memory at \(path)"
        case .terminals(let path, _): "mount terminals at \(path)"
        case .overlay(let path, _, _, _): "lay a writable layer over \(path)"
        case .attach(_, let path): "attach a mount at \(path)"
        case .show(let source, let path): "show \(source) at \(path)"
        case .cover(let path, let source): "show \(source) in place of \(path)"
        case .devices(let path): "mount memory for a device at \(path)"
        case .device(let path, _, _): "make the device \(path)"
        case .go(let path): "go to \(path)"
        }
    }
}

extension [LaunchStep] {
    /// Calls `body` with the steps as C wants them.
    func withSteps<Result>(_ body: ([carrel_step]) -> Result) -> Result {
        func gather(_ index: Int, _ gathered: [carrel_step]) -> Result {
            guard index < count else { return body(gathered) }
            return self[index].withStep { gather(index + 1, gathered + [$0]) }
        }
        return gather(0, [])
    }
}
