/// What the body and fields of a LOCK ask for (RFC 4918 §9.10).
struct LockRequest: Equatable {
    let isExclusive: Bool
    /// What the owner wrote about themselves, as XML.
    let owner: String

    /// What is longer isn't kept, in bytes.
    static let longestOwner = 2048

    /// Reads a body's root; nil when it asks for no lock that there is.
    init?(_ root: XMLElement) {
        guard root.name == .dav("lockinfo"), let scope = root.first("lockscope"),
            root.first("locktype")?.first("write") != nil
        else { return nil }
        isExclusive = scope.first("exclusive") != nil
        guard isExclusive || scope.first("shared") != nil else { return nil }
        let written = root.first("owner").map(\.text) ?? ""
        owner = written.utf8.count <= Self.longestOwner ? written : ""
    }

    /// For how many seconds the field `Timeout` asks; the longest where it asks for more, or nothing.
    static func seconds(_ field: String?) -> Int {
        for wish in (field ?? "").split(separator: ",") {
            let wish = wish.trimmingPrefix { $0 == " " }
            guard wish.lowercased().hasPrefix("second-") else { continue }
            guard let seconds = Int(wish.dropFirst(7)) else { return LockTable.longest }
            return min(max(seconds, 1), LockTable.longest)
        }
        return LockTable.longest
    }
}

extension DataLock {
    /// The lock as `activelock` (RFC 4918 §14.1).
    func xml(_ address: GatewayAddress) -> String {
        let scope = isExclusive ? "exclusive" : "shared"
        return "<D:activelock><D:locktype><D:write/></D:locktype><D:lockscope><D:\(scope)/></D:lockscope>"
            + "<D:depth>\(isDeep ? "infinity" : "0")</D:depth>\(owner)<D:timeout>Second-\(seconds)</D:timeout>"
            + "<D:locktoken><D:href>\(XMLText.escape(token))</D:href></D:locktoken>"
            + "<D:lockroot><D:href>\(address.address(of: path, isFolder: false))</D:href></D:lockroot></D:activelock>"
    }
}
