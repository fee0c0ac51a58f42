import Foundation
import Glibc

/// A file in a folder of a home that nobody but the home's user can read, written with the rights of that user.
///
/// It is made whole under another name, then gets its own, so that whoever reads it has all of the old or all of the new one.
struct SecretFile {
    let home: Descriptor
    let folder: String
    let name: String

    /// Puts the contents there; without any, removes the file.
    func put(_ contents: Data?) throws(SystemFailure) {
        guard let contents else { return try remove() }
        if mkdirat(home.number, folder, 0o700) < 0, errno != EEXIST {
            throw SystemFailure(call: "mkdir", path: nil, number: errno)
        }
        let place = try home.opened(folder, O_RDONLY | O_DIRECTORY)
        try SystemFailure.check("chmod", nil) { fchmod(place.number, 0o700) }
        let draft = ".\(name).\(UInt64.random(in: .min ... .max))"
        do {
            let file = try place.opened(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try file.write(Array(contents))
            try SystemFailure.check("rename") { renameat(place.number, draft, place.number, name) }
        } catch {
            unlinkat(place.number, draft, 0)
            throw error
        }
    }

    private func remove() throws(SystemFailure) {
        do {
            let place = try home.opened(folder, O_RDONLY | O_DIRECTORY)
            try SystemFailure.check("unlink") { unlinkat(place.number, name, 0) }
        } catch  where error.number == ENOENT {
            return
        }
    }
}
