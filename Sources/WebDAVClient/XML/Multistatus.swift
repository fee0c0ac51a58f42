/// One `response` of a multi-status (RFC 4918 §14.24), as it stands there.
struct MultistatusResponse: Equatable {
    /// Its addresses; one, or several with a common status.
    var hrefs: [String] = []
    /// The status of all of it; nil when its properties have one each.
    var status: Int?
    /// Properties that the server gave with a status of 2xx; texts without spaces around them.
    var properties: [DAVProperty: String] = [:]
    /// Whether `resourcetype` says that it is a folder.
    var isFolder = false
    var checksums: [String] = []
}

/// The properties that are asked for.
enum DAVProperty: String, CaseIterable {
    case resourceType = "DAV:|resourcetype"
    case length = "DAV:|getcontentlength"
    case modified = "DAV:|getlastmodified"
    case etag = "DAV:|getetag"
    case contentType = "DAV:|getcontenttype"
    case available = "DAV:|quota-available-bytes"
    case used = "DAV:|quota-used-bytes"
    case fileID = "http://owncloud.org/ns|fileid"
    case permissions = "http://owncloud.org/ns|permissions"
    case size = "http://owncloud.org/ns|size"
    case checksums = "http://owncloud.org/ns|checksums"

    /// What is asked of each entry.
    static let ofEntry: [DAVProperty] = [
        .resourceType, .length, .modified, .etag, .contentType, .fileID, .permissions, .size, .checksums,
    ]
    static let ofQuota: [DAVProperty] = [.resourceType, .available, .used]

    /// Its name without the namespace.
    var name: Substring { rawValue.split(separator: "|").last ?? "" }
    var isNextclouds: Bool { !rawValue.hasPrefix("DAV:") }

    /// The body of a PROPFIND (RFC 4918 §14.20).
    static func request(_ properties: [DAVProperty]) -> String {
        let names = properties.map { $0.isNextclouds ? "<o:\($0.name)/>" : "<d:\($0.name)/>" }.joined()
        return #"<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:o="http://owncloud.org/ns">"#
            + "<d:prop>\(names)</d:prop></d:propfind>"
    }
}
