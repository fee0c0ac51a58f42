import CFiles
import Glibc

/// Puts a file into a home under a name that nothing has yet; folders on the way are made.
///
/// No link is followed, nothing is replaced, and nobody sees half of the file: it is written under a hidden name and gets
/// its own when it is whole. Of two at once each gets a name of its own.
struct FilePlacement {
    /// How many numbers are tried for a name that is taken.
    private static let mostTries = 9_999

    let home: Descriptor
    /// The folder, from the home on.
    let folder: HomePath
    /// The name that is wanted.
    let name: String

    /// How putting it there went wrong.
    enum Failure: Error, Equatable {
        /// The folder can't be made or entered.
        case folder(HomeFilesRefusal)
        /// The file can't be written.
        case file(HomeFilesRefusal)
    }

    /// Puts the content there.
    ///
    /// - Parameter content: read from its beginning.
    /// - Returns: the name it has.
    /// - Throws: which of the two steps went wrong, and how.
    func run(_ content: Descriptor) throws(Failure) -> String {
        let names = (1...Self.mostTries).lazy.map { Self.numbered(name, $0) }
        guard let given = try run(content, names) else { throw .file(Self.tooMany) }
        return given
    }

    /// Puts the content there under exactly this name.
    ///
    /// - Parameter content: read from its beginning.
    /// - Returns: whether it is there; not where something has the name.
    /// - Throws: which of the two steps went wrong, and how.
    func runOnce(_ content: Descriptor) throws(Failure) -> Bool {
        try run(content, CollectionOfOne(name)) != nil
    }

    private func run(_ content: Descriptor, _ names: some Sequence<String>) throws(Failure) -> String? {
        let place = try opened()
        do {
            return try write(content, in: place, names)
        } catch let refusal as HomeFilesRefusal {
            throw .file(refusal)
        } catch let failure as SystemFailure {
            throw .file(HomeFilesRefusal(number: failure.number))
        } catch {
            throw .file(.failed("\(error)"))
        }
    }

    /// The name it would have; nothing is made.
    func freeName() throws(Failure) -> String {
        var place = home
        for name in folder.names {
            do {
                place = try place.opened(name, O_RDONLY | O_DIRECTORY)
            } catch {
                // Nothing is in a folder that isn't there yet.
                if error.number == ENOENT { return self.name }
                throw .folder(Self.refusal(error, at: name))
            }
        }
        for number in 1...Self.mostTries {
            let candidate = Self.numbered(name, number)
            var facts = stat()
            if fstatat(place.number, NameText.name(of: candidate), &facts, AT_SYMLINK_NOFOLLOW) == 0 { continue }
            guard errno == ENOENT else { throw .file(HomeFilesRefusal(number: errno)) }
            return candidate
        }
        throw .file(Self.tooMany)
    }

    /// A name with a number before its extension: `A.ipynb`, `A 2.ipynb`, `A 3.ipynb`.
    static func numbered(_ name: String, _ number: Int) -> String {
        guard number > 1 else { return name }
        guard let dot = name.unicodeScalars.lastIndex(of: "."), dot != name.unicodeScalars.startIndex else {
            return "\(name) \(number)"
        }
        return "\(name[..<dot]) \(number)\(name[dot...])"
    }

    // MARK: How

    private static let tooMany = HomeFilesRefusal.failed("too many files have that name")

    /// The folder, made as far as it isn't there.
    private func opened() throws(Failure) -> Descriptor {
        var place = home
        for name in folder.names {
            do throws(SystemFailure) {
                let isNew = mkdirat(place.number, NameText.name(of: name), 0o700) == 0
                if !isNew, errno != EEXIST { throw SystemFailure(call: "mkdir", path: nil, number: errno) }
                place = try place.opened(name, O_RDONLY | O_DIRECTORY)
                // The umask leaves others out.
                if isNew { try SystemFailure.check("chmod") { fchmod(place.number, 0o755) } }
            } catch {
                throw .folder(Self.refusal(error, at: name))
            }
        }
        return place
    }

    private static func refusal(_ failure: SystemFailure, at name: String) -> HomeFilesRefusal {
        failure.number == ENOTDIR
            ? .failed("“\(NameText.shown(name))” isn't a folder") : HomeFilesRefusal(number: failure.number)
    }

    /// The first of the names that nothing has; nil if all are taken.
    private func write(
        _ content: Descriptor,
        in place: Descriptor,
        _ names: some Sequence<String>,
    ) throws -> String? {
        let draft = ".carrel-arriving-\(UInt64.random(in: .min ... .max))"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = Descriptor(
            owning: try SystemFailure.check("open") { openat(place.number, draft, flags, 0o600) }
        )
        defer { unlinkat(place.number, draft, 0) }
        try SystemFailure.check("seek") { lseek(content.number, 0, SEEK_SET) }
        while try SystemFailure.check("copy", nil, { carrel_copy_on(file.number, content.number, 1 << 26) }) > 0 {}
        try SystemFailure.check("chmod") { fchmod(file.number, 0o644) }
        for candidate in names {
            if linkat(place.number, draft, place.number, NameText.name(of: candidate), 0) == 0 { return candidate }
            guard errno == EEXIST else { throw SystemFailure(call: "link", path: nil, number: errno) }
        }
        return nil
    }
}
