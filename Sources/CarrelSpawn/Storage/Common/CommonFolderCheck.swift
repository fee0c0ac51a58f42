public import CarrelModel
import Glibc

/// What `carrel doctor` says about folders that several people use.
public enum CommonFolderCheck {
    /// Looks at the file system of the homes, and at shared folders of the machine; changes nothing.
    ///
    /// - Parameters:
    ///   - homes: absolute path of the folder of all homes.
    ///   - shared: names and paths of shared folders that Carrel doesn't keep.
    /// - Returns: what is weaker than it could be; nothing when all is well.
    public static func findings(homes: String, shared: [(name: String, path: String)]) -> [Finding] {
        var findings = shared.filter { !HomeDirectory.isFolder($0.path) }.map { folder in
            Finding(
                subject: "shared folder \(folder.name)",
                grade: .weaker,
                message: "\(folder.path) isn't there, so servers don't show it.",
                remedy: "Mount or make it, or change sharedFolders.\(folder.name).path in carrel.yaml.",
            )
        }
        if geteuid() == 0, HomeDirectory.isFolder(homes), !canShowOthers(homes) {
            findings.append(
                Finding(
                    subject: "project folders",
                    grade: .weaker,
                    message:
                        "The file system of \(homes) can't show files as several people's own: project folders aren't shown.",
                    remedy:
                        "Put storage.homes on btrfs, ext4 or xfs, or set storage.image; Linux 5.12 or later is needed.",
                )
            )
        }
        return findings
    }

    /// Whether a file system has idmapped mounts, which are tried on it (`mount_setattr(2)`).
    static func canShowOthers(_ path: String) -> Bool {
        let somebody = Account(uid: 65533, gid: 65533)
        return (try? OwnerMapping.only(65532, as: somebody).mount(of: path)) != nil
    }
}
