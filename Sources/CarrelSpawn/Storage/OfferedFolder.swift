public import Foundation
import Glibc

/// A folder of the operator's whose files are shown to people: nothing outside of it is read, whatever links are in it.
public struct OfferedFolder: Sendable {
    private let path: String

    /// Names a folder by its absolute path.
    public init(_ path: String) {
        self.path = path
    }

    /// What a file in it holds; blocks.
    ///
    /// - Parameters:
    ///   - file: its path from the folder on.
    ///   - limit: how many bytes it may have.
    /// - Returns: the bytes; nil when there is no such file, or it is larger.
    public func contents(of file: String, limit: Int) -> Data? {
        var facts = stat()
        // Without waiting: a pipe would keep us.
        guard let folder = try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY),
            let opened = try? folder.opened(file, O_RDONLY | O_NONBLOCK | O_NOCTTY),
            fstat(opened.number, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= limit
        else { return nil }
        return Data(opened.contents(limit: limit))
    }
}
