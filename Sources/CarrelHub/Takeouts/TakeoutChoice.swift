import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// One of somebody's homes.
struct TakeoutHome: Sendable, Equatable {
    let id: HomeID
    /// What it is called on pages.
    let label: String
}

/// What a person wants to take out, as they chose it.
struct TakeoutChoice: Sendable, Equatable {
    /// The instance's name; empty for the first home there is.
    var home = ""
    /// In the home, as typed.
    var path = ""
    var format = ArchiveFormat.zip
    var leavesCachesOut = false

    /// All of the first home, as a zip.
    init() {}

    /// Reads it from the fields of a form or a query.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` for a format there isn't.
    init(_ field: (String) -> String?) throws(HubError) {
        home = field("home") ?? ""
        path = field("path") ?? ""
        let wanted = field("format") ?? ""
        guard let format = wanted.isEmpty ? .zip : ArchiveFormat(rawValue: wanted) else {
            let formats = ArchiveFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badRequest("`format` must be one of: \(formats).")
        }
        self.format = format
        switch field("caches") ?? "" {
        case "", "yes", "true": leavesCachesOut = false
        case "no", "false": leavesCachesOut = true
        default: throw .badRequest("`caches` must be `yes` or `no`.")
        }
    }

    /// Reads it from a query, in which browsers write a space as `+`.
    init(query: String?) throws(HubError) {
        let pairs = FormText.pairs(query ?? "")
        try self.init { name in pairs.first { $0.name == name }?.value }
    }

    /// The path as people write it, without what doesn't matter at its ends.
    var plainPath: String {
        var text = path.trimmingCharacters(in: .whitespaces)
        if text == "~" || text == "." { return "" }
        for prefix in ["~/", "./"] where text.hasPrefix(prefix) { text.removeFirst(2) }
        while text.unicodeScalars.last == "/" { text.unicodeScalars.removeLast() }
        return text
    }

    /// What is to be done for it.
    ///
    /// - Throws: ``HubError/notFound`` for a home that isn't theirs, ``TakeoutError/badPath(_:)``.
    func order(among homes: [TakeoutHome], of user: UserName) throws -> TakeoutOrder {
        guard let chosen = home.isEmpty ? homes.first : homes.first(where: { $0.id.instance == home }) else {
            throw HubError.notFound
        }
        guard let path = HomePath(plainPath) else { throw TakeoutError.badPath(String(plainPath.prefix(200))) }
        return TakeoutOrder(
            home: chosen.id,
            path: path,
            format: format,
            leavesCachesOut: leavesCachesOut,
            folder: path.name ?? HandInOrder.fileName(user.text),
        )
    }
}

extension TakeoutOrder {
    /// What the archive is called when it is downloaded: `ada-data-2026-11-21.zip`.
    func fileName(of user: UserName, at time: Date) -> String {
        var parts = [HandInOrder.fileName(user.text)]
        if let name = path.name { parts.append(HandInOrder.fileName(NameText.shown(name))) }
        parts.append(String(time.ISO8601Format().prefix(10)))
        return parts.joined(separator: "-") + ".\(format.fileExtension)"
    }
}
