/// The text of the files that a sandbox has of its own in `/etc`.
enum SandboxFiles {
    /// The names of the files that a run has.
    static func names(hasOwnResolver: Bool) -> [String] {
        ["group", "nsswitch.conf", "passwd"] + (hasOwnResolver ? ["resolv.conf"] : [])
    }

    /// File names and their text.
    static func all(unixName: String, account: Account) -> [String: String] {
        [
            "passwd": passwd(unixName: unixName, account: account),
            "group": group(unixName: unixName, account: account),
            "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
        ]
    }

    /// Root, the user and nobody: no other account of the host shows.
    private static func passwd(unixName: String, account: Account) -> String {
        var lines = ["root:x:0:0:root:/:/usr/sbin/nologin"]
        lines.append("\(unixName):x:\(account.uid):\(account.gid):\(unixName):/home/\(unixName):/bin/bash")
        if account.uid != 65534 { lines.append("nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func group(unixName: String, account: Account) -> String {
        var lines = ["root:x:0:"]
        if account.gid != 0 { lines.append("\(unixName):x:\(account.gid):") }
        for group in account.groups where group.gid != account.gid {
            // A name stands for one number only.
            let isTaken = ["root", "nogroup", unixName].contains(group.name)
            lines.append("\(isTaken ? "group-" : "")\(group.name):x:\(group.gid):\(unixName)")
        }
        if account.gid != 65534 { lines.append("nogroup:x:65534:") }
        return lines.joined(separator: "\n") + "\n"
    }
}
