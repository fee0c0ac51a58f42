/// The kinds of namespaces, by the flags of `clone(2)`, `unshare(2)` and `setns(2)`.
enum NamespaceKind: UInt32, CaseIterable {
    case time = 0x0000_0080
    case mount = 0x0002_0000
    case cgroup = 0x0200_0000
    case uts = 0x0400_0000
    case ipc = 0x0800_0000
    case user = 0x1000_0000
    case pid = 0x2000_0000
    case network = 0x4000_0000
}
