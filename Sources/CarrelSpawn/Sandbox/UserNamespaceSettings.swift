import Foundation
import Glibc

/// The switches with which systems forbid user namespaces to ordinary users; nil where a system doesn't have one.
struct UserNamespaceSettings: Equatable {
    /// `user.max_user_namespaces`: how many there may be.
    var most: Int?
    /// Debian's `kernel.unprivileged_userns_clone`: 0 forbids them.
    var unprivileged: Int?
    /// Ubuntu's `kernel.apparmor_restrict_unprivileged_userns`: 1 takes their rights away, bubblewrap's too unless its
    /// AppArmor profile allows it.
    var restrictedByAppArmor: Int?

    /// A switch that is in the way, and the command that turns it.
    var obstacle: (setting: String, remedy: String)? {
        if most == 0 { return ("user.max_user_namespaces is 0", "sysctl user.max_user_namespaces=15000") }
        if unprivileged == 0 {
            return ("kernel.unprivileged_userns_clone is 0", "sysctl kernel.unprivileged_userns_clone=1")
        }
        return nil
    }

    /// Reads this system's.
    static func observed() -> UserNamespaceSettings {
        UserNamespaceSettings(
            most: number("user/max_user_namespaces"),
            unprivileged: number("kernel/unprivileged_userns_clone"),
            restrictedByAppArmor: number("kernel/apparmor_restrict_unprivileged_userns"),
        )
    }

    private static func number(_ name: String) -> Int? {
        guard let file = try? Descriptor(opening: "/proc/sys/\(name)", O_RDONLY) else { return nil }
        return Int(
            String(decoding: file.contents(limit: 32), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        )
    }
}
