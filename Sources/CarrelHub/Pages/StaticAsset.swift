/// A file that is built into the program and served below the hub's `static/`.
struct StaticAsset: Sendable, Equatable {
    let name: String
    let bytes: [UInt8]
    let contentType: String
    /// Hash of the content in hexadecimal; stands in the asset's address, so that browsers may keep it for ever.
    let version: String

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        contentType =
            switch name.split(separator: ".").last {
            case "css": "text/css; charset=utf-8"
            case "js": "text/javascript; charset=utf-8"
            case "svg": "image/svg+xml"
            default: "application/octet-stream"
            }
        let hash = Self.hash(of: bytes)
        version = String(repeating: "0", count: hash.leadingZeroBitCount / 4) + String(hash, radix: 16)
    }

    /// Strong entity tag, quotes included; RFC 9110 §8.8.3.
    var etag: String { "\"\(version)-\(bytes.count)\"" }

    /// Whether a browser that sends this `If-None-Match` already has the content, so that 304 is the answer.
    func isKnown(ifNoneMatch field: String?) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { candidate in
            var tag = candidate.drop { $0 == " " || $0 == "\t" }
            while tag.last == " " || tag.last == "\t" { tag.removeLast() }
            return tag == "*" || tag == etag || tag == "W/" + etag
        }
    }

    /// The `Cache-Control` for a request whose address carried this `v`: for ever when it names this content.
    func cacheControl(requestedVersion: String?) -> String {
        requestedVersion == version ? "public, max-age=31536000, immutable" : "public, no-cache"
    }

    /// FNV-1a, 64 bits: tells our own files apart, nobody else chooses them.
    private static func hash(of bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

/// The static assets by name; `logo.svg` is also what the hub answers at `logo`.
struct StaticAssets: Sendable {
    private let assets: [String: StaticAsset]

    init() {
        self.init([
            "badge.svg": PackageResources.badge_svg,
            "carrel.css": PackageResources.carrel_css,
            "carrel.js": PackageResources.carrel_js,
            "desk.svg": PackageResources.desk_svg,
            "connections.js": PackageResources.connections_js,
            "copy.js": PackageResources.copy_js,
            "git-link.js": PackageResources.git_link_js,
            "new-notebook.js": PackageResources.new_notebook_js,
            "launch.js": PackageResources.launch_js,
            "icons.svg": PackageResources.icons_svg,
            "join.js": PackageResources.join_js,
            "live.js": PackageResources.live_js,
            "logo.svg": PackageResources.logo_svg,
            "openbis.js": PackageResources.openbis_js,
            "progress.js": PackageResources.progress_js,
            "roster.js": PackageResources.roster_js,
            "storage.js": PackageResources.storage_js,
            "usage.js": PackageResources.usage_js,
        ])
    }

    init(_ files: [String: [UInt8]]) {
        var assets: [String: StaticAsset] = [:]
        for (name, bytes) in files { assets[name] = StaticAsset(name: name, bytes: bytes) }
        self.assets = assets
    }

    /// The asset of this name, nil when there is none; names are compared whole, so no path leads elsewhere.
    subscript(name: String) -> StaticAsset? { assets[name] }

    var names: [String] { assets.keys.sorted() }

    /// Address of an asset with its version.
    func link(to name: String, in folder: String) -> PageLink {
        guard let asset = assets[name] else { return PageLink(folder + name) }
        return PageLink("\(folder)\(name)?v=\(asset.version)")
    }
}
