import CarrelStore
import Foundation

extension AuditSource {
    /// Whoever runs this program, as the system calls them.
    static var commandLine: AuditSource { AuditSource(kind: .command, name: NSUserName(), way: .command) }
}
