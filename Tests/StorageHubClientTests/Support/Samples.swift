import Foundation

@testable import StorageHubClient

/// Items as the service writes them.
enum Sample {
    static func json(
        _ id: String,
        title: String,
        name: String? = nil,
        kind: String = "GenericFileItem",
        created: Int = 0,
        more: String = ""
    ) -> String {
        let content =
            kind.hasSuffix("FileItem") ? #","content":{"size":5,"mimeType":"text/plain","storageId":"s"}"# : ""
        return """
            {"@class":"org.gcube.common.storagehub.model.items.\(kind)","id":"\(id)","name":\(quoted(name ?? title)),
            "title":\(quoted(title)),"path":"/Home/anna/Workspace/x","creationTime":\(created)\(content)\(more)}
            """
    }

    static func item(
        _ id: String,
        title: String,
        name: String? = nil,
        kind: String = "GenericFileItem",
        created: Int = 0,
        more: String = ""
    ) throws -> StorageHubItem {
        let text = json(id, title: title, name: name, kind: kind, created: created, more: more)
        return try JSONDecoder().decode(StorageHubItem.self, from: Data(text.utf8))
    }

    static let root = #"{"item":\#(json("r00t", title: "Workspace", kind: "FolderItem"))}"#

    private static func quoted(_ text: String) -> String {
        let data = (try? JSONEncoder().encode(text)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }
}

/// Numbers that come again for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
