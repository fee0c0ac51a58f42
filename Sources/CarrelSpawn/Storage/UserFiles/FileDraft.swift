import CProcess
public import Foundation
import Glibc

/// Content on its way into a home, in a file of the hub's own that has no name: it is gone when nobody holds it.
///
/// For one writer at a time.
public struct FileDraft: Sendable {
    let file: Descriptor

    /// Makes an empty one; blocks for a moment.
    ///
    /// - Parameter folder: absolute path of a folder of the hub's, on the disk where the content may be meanwhile.
    /// - Throws: ``HomeFilesError/failed(reason:)``.
    public init(in folder: String) throws(HomeFilesError) {
        let path = "\(folder)/.arriving-\(UInt64.random(in: .min ... .max))"
        do {
            file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
        } catch {
            throw .failed(reason: String(cString: strerror(error.number)))
        }
        unlink(path)
    }

    /// Adds bytes at the end; blocks until the system has them.
    ///
    /// - Throws: ``HomeFilesError/failed(reason:)``: the hub's disk is full, say.
    public func append(_ bytes: Data) throws(HomeFilesError) {
        do {
            try file.write(Array(bytes))
        } catch {
            throw .failed(reason: "the hub can't keep it: \(String(cString: strerror(error.number)))")
        }
    }
}

/// Puts files into homes with the rights of their users, beside what is there.
public protocol HomeDelivery: Sendable {
    /// Puts a file into a home under a name that nothing has: `A.ipynb`, else `A 2.ipynb`, `A 3.ipynb`, ….
    ///
    /// Folders on the way are made (0755), the file is 0644, all of it its user's. No link is followed.
    ///
    /// - Parameters:
    ///   - draft: the content.
    ///   - name: the name that is wanted.
    ///   - folder: where in the home; empty for the home itself.
    ///   - home: which; it must be there.
    /// - Returns: the name it has.
    /// - Throws: which of the two steps went wrong, and how; nothing of the file is there then.
    func place(
        _ draft: FileDraft,
        as name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeDeliveryError) -> String

    /// Puts a file into a home under exactly this name, as ``place(_:as:in:of:)`` does: for content that holds its own name.
    ///
    /// - Returns: whether it is there; not where something has the name.
    /// - Throws: which of the two steps went wrong, and how; nothing of the file is there then.
    func placeNew(
        _ draft: FileDraft,
        as name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeDeliveryError) -> Bool

    /// The name that ``place(_:as:in:of:)`` would give a file at this moment; nothing is made, and the home need not be there.
    func freeName(_ name: String, in folder: String, of home: HomeID) async throws(HomeDeliveryError) -> String
}

/// Why a file couldn't be put into a home.
public enum HomeDeliveryError: Error, Equatable {
    /// The folder can't be made or entered.
    case folder(HomeFilesError)
    /// The file can't be written.
    case file(HomeFilesError)
}
