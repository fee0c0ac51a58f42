import CarrelModel
import Foundation

/// The program that runs.
enum Executable {
    /// Its absolute path, also after the file was replaced by a newer one at the same place.
    static func path() throws -> String {
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return link.hasSuffix(" (deleted)") ? String(link.dropLast(" (deleted)".count)) : link
    }
}
