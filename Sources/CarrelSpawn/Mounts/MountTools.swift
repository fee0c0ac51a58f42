public import CarrelModel
import Glibc

/// What a machine needs so that remote folders can be mounted.
public struct MountTools: Sendable, Equatable {
    /// Absolute path of rclone.
    public var rclone: String
    /// Absolute path of the program that lets users mount (FUSE 3).
    public var fusermount: String
    /// Absolute path of the program that gives a process its user.
    public var setpriv: String
    /// The kernel's device for file systems of users.
    public var device: String

    /// Names the programs.
    public init(
        rclone: String,
        fusermount: String = "/usr/bin/fusermount3",
        setpriv: String = "/usr/bin/setpriv",
        device: String = "/dev/fuse",
    ) {
        self.rclone = rclone
        self.fusermount = fusermount
        self.setpriv = setpriv
        self.device = device
    }

    /// Why nothing can be mounted here, as a sentence, and the command that mends it; nil when nothing is in the way.
    public var obstacle: (message: String, remedy: String)? {
        if geteuid() != 0 {
            return ("The hub isn't run by root, who alone can show a mount in a server.", "Run `carrel serve` as root.")
        }
        if access(device, F_OK) < 0 { return ("\(device) isn't there: the kernel has no FUSE.", "modprobe fuse") }
        if access(fusermount, X_OK) < 0 { return ("\(fusermount) isn't there.", "apt-get install fuse3") }
        if access(setpriv, X_OK) < 0 { return ("\(setpriv) isn't there.", "apt-get install util-linux") }
        if access(rclone, X_OK) < 0 { return ("\(rclone) isn't there.", "make programs") }
        return nil
    }

    /// What `carrel doctor` says of it.
    public var finding: Finding {
        guard let obstacle else {
            return Finding(subject: "mounts", grade: .good, message: "Remote folders can be mounted in servers.")
        }
        return Finding(
            subject: "mounts",
            grade: .weaker,
            message: "Remote folders can't be mounted in servers; they are to be had through the gateway only. "
                + obstacle.message,
            remedy: obstacle.remedy,
        )
    }
}
