import CarrelStore
import Foundation

/// How to reach one's files from one's own computer: the address, the passwords for it, and a form for another.
struct FileAccessPage: Page {
    /// A password.
    struct Item: Sendable, Equatable {
        let id: Int64
        let note: String
        let canWrite: Bool
        let made: TimeText
        let used: TimeText?
        let ends: TimeText?
    }

    /// A password that was made right now.
    struct Made: Sendable, Equatable {
        let password: String
        let note: String
    }

    static let template = "file-access"
    static let scripts = ["copy.js"]

    let title = "Your files from your own computer"
    let items: [Item]
    let isEmpty: Bool
    let made: Made?
    /// Where the files are, for WebDAV programs.
    let address: String
    /// The same, as Linux desktops write it.
    let desktopAddress: String
    let userName: String
    let url = PageLink(HubPath.fileAccess)
    let removeURL = PageLink(HubPath.fileAccess + "/remove")
    let note: String
    let problem: String?

    /// - Parameters:
    ///   - passwords: what there is.
    ///   - made: the one that was made right now.
    ///   - userName: whose.
    ///   - origin: the hub's public origin.
    ///   - note: what the form holds.
    ///   - problem: why what was sent wasn't done.
    ///   - now: the time.
    init(
        _ passwords: [FilePasswordRecord],
        made: Made? = nil,
        userName: String,
        origin: String,
        note: String = "",
        problem: String? = nil,
        now: Date,
    ) {
        items = passwords.map { password in
            Item(
                id: password.id ?? 0,
                note: password.note,
                canWrite: password.isWritable,
                made: TimeText(password.createdAt, now: now),
                used: password.lastUsedAt.map { TimeText($0, now: now) },
                ends: password.expiresAt.map { TimeText($0, now: now) },
            )
        }
        isEmpty = passwords.isEmpty
        self.made = made
        self.userName = userName
        address = origin + HubPath.files
        desktopAddress =
            (origin.hasPrefix("https://") ? "davs" : "dav") + address.dropFirst(origin.hasPrefix("https://") ? 5 : 4)
        self.note = note
        self.problem = problem
    }
}

extension HubPath {
    static let fileAccess = prefix + "file-access"
    /// Where the data gateway is, beside the hub.
    static let files = "/dav/"
}
