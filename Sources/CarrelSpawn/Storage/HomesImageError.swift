public import CarrelModel

/// What can go wrong with the image that holds the homes.
public enum HomesImageError: CarrelError, Equatable {
    /// Only root can mount it.
    case notRoot
    /// There is something in the folder, which the image would hide.
    case folderNotEmpty(String)
    /// Something else is mounted there.
    case otherMount(String)
    /// It is there already.
    case exists(String)
    /// It isn't there, or isn't mounted.
    case notMounted(String)
    /// It would become smaller.
    case tooSmall(now: ByteCount)
    /// A program or the disk failed.
    case failed(step: String, reason: String)

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .notRoot: "image.notRoot"
        case .folderNotEmpty: "image.folderNotEmpty"
        case .otherMount: "image.otherMount"
        case .exists: "image.exists"
        case .notMounted: "image.notMounted"
        case .tooSmall: "image.tooSmall"
        case .failed: "image.failed"
        }
    }

    /// What happened, for whoever runs the hub.
    public var message: String {
        switch self {
        case .notRoot: "The image of the homes can be made and mounted by root only."
        case .folderNotEmpty(let path): "There are homes in \(path) already; the image would hide them."
        case .otherMount(let path): "Something else is mounted on \(path)."
        case .exists(let path): "There is an image \(path) already."
        case .notMounted(let path): "The image isn't mounted on \(path)."
        case .tooSmall(let size): "The image has \(size) already, and can only grow."
        case .failed(let step, let reason): "The image of the homes can't be \(step): \(reason)."
        }
    }

    /// What they can do.
    public var remedy: String {
        switch self {
        case .notRoot: "Run `carrel` as root, or take storage.image out of carrel.yaml."
        case .folderNotEmpty:
            """
            Stop all servers, move what is in it away, start Carrel, and copy the homes back with `cp -a`.
            """
        case .otherMount:
            """
            Choose another storage.homes in carrel.yaml, or take storage.image out: homes go to what is mounted.
            """
        case .exists:
            "Start `carrel serve`, which uses it, or enlarge it with `carrel storage grow`."
        case .notMounted: "Make it with `carrel storage create-image`, or start `carrel serve`."
        case .tooSmall: "Ask for more than that."
        case .failed: "Look at the free space on the disk, and whether loop devices can be had: `losetup -f`."
        }
    }
}
