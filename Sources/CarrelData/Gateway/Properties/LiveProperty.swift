import HTTPTypes

/// The properties that the gateway knows of itself (RFC 4918 §15, RFC 4331).
enum LiveProperty: String, CaseIterable {
    case displayName = "displayname"
    case resourceType = "resourcetype"
    case size = "getcontentlength"
    case type = "getcontenttype"
    case modified = "getlastmodified"
    case tag = "getetag"
    case supportedLock = "supportedlock"
    case locks = "lockdiscovery"
    case quotaAvailable = "quota-available-bytes"
    case quotaUsed = "quota-used-bytes"

    init?(_ name: XMLName) {
        guard name.namespace == "DAV:" else { return nil }
        self.init(rawValue: name.local)
    }

    var name: XMLName { .dav(rawValue) }

    /// Whether it costs a question to the store, so that it is told only to those who name it.
    var isDear: Bool { self == .quotaAvailable || self == .quotaUsed }
}

/// Tells what is known of a file or folder.
struct PropertyWriter {
    let address: GatewayAddress
    let request: PropertyRequest
    let tree: DataTree

    /// What is told of one.
    struct Subject {
        let path: DataPath
        let entry: DataEntry
        /// Those of programs.
        var own: [XMLName: String] = [:]
        var locks: [DataLock] = []
        var quota: DataQuota?
    }

    /// A `response`.
    func response(_ subject: Subject) -> String {
        let link = address.address(of: subject.path, isFolder: subject.entry.isFolder)
        var text = "<D:response><D:href>\(link)</D:href>"
        switch request {
        case .names:
            let live = LiveProperty.allCases.filter { value($0, subject) != nil }.map { "<D:\($0.rawValue)/>" }
            let own = subject.own.keys.map { XMLElement(name: $0).text }
            text += Multistatus.properties(live + own, .ok)
        case .all(let more):
            let live = LiveProperty.allCases.filter { !$0.isDear || more.contains($0.name) }
            text += Multistatus.properties(live.compactMap { value($0, subject) } + subject.own.values, .ok)
        case .some(let names):
            var found: [String] = []
            var missing: [String] = []
            for name in names {
                let live = LiveProperty(name).flatMap { value($0, subject) }
                if let value = live ?? subject.own[name] {
                    found.append(value)
                } else {
                    missing.append(XMLElement(name: name).text)
                }
            }
            let isEmpty = found.isEmpty && missing.isEmpty
            text += isEmpty ? "<D:propstat><D:prop/>\(Multistatus.status(.ok))</D:propstat>" : ""
            text += Multistatus.properties(found, .ok) + Multistatus.properties(missing, .notFound)
        }
        return text + "</D:response>\n"
    }

    private func value(_ property: LiveProperty, _ subject: Subject) -> String? {
        let entry = subject.entry
        let text: String? =
            switch property {
            case .displayName: XMLText.escape(tree.title(of: subject.path) ?? subject.path.last?.description ?? "")
            case .resourceType: entry.isFolder ? "<D:collection/>" : ""
            case .size: entry.size.map(String.init)
            case .type: entry.isFolder ? "httpd/unix-directory" : "application/octet-stream"
            case .modified: entry.modified.map(GatewayDate.write)
            case .tag: EntityTag.of(entry).map(XMLText.escape)
            case .supportedLock: subject.path.names.count > 1 ? Self.lockKinds : ""
            case .locks: subject.locks.map { $0.xml(address) }.joined()
            case .quotaAvailable: subject.quota?.available.map(String.init)
            case .quotaUsed: subject.quota?.used.map(String.init)
            }
        return text.map { "<D:\(property.rawValue)>\($0)</D:\(property.rawValue)>" }
    }

    private static let lockKinds = ["exclusive", "shared"].map {
        "<D:lockentry><D:lockscope><D:\($0)/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>"
    }.joined()
}
