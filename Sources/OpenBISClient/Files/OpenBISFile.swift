/// A file or a folder of a dataset.
public struct OpenBISFile: Sendable, Hashable {
    /// The permanent id of the dataset.
    public let dataSet: String
    /// Below the dataset's top, such as `original/run/a.txt`; never with `..`, and without a slash at an end.
    public let path: String
    /// Whether it is a folder.
    public let isFolder: Bool
    /// In bytes; 0 for a folder.
    public let size: Int64
    /// CRC-32 of the content; nil if openBIS hasn't computed it.
    public let checksum: UInt32?
    /// Where it is.
    let store: OpenBISAddress

    /// The last part of the path.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Reads one of a list; the top of the dataset is nothing.
    static func reading(
        _ value: JSONValue,
        of dataSet: String,
        at store: OpenBISAddress,
    ) throws(Misfit) -> OpenBISPage<OpenBISFile>.Reading {
        let path = try value.text("path")
        if path.isEmpty { return .nothing }
        let isFolder = try value.flagIfAny("directory") ?? false
        let size = try value.integerIfAny("fileLength") ?? 0
        guard isUsable(path), size >= 0 else { return .unusable }
        // Java has the checksum as a number of 32 bits with a sign (reference 4.9).
        let checksum = try value.integerIfAny("checksumCRC32").flatMap { Int32(exactly: $0) }
        return .item(
            OpenBISFile(
                dataSet: dataSet,
                path: path,
                isFolder: isFolder,
                size: isFolder ? 0 : size,
                checksum: isFolder ? nil : checksum.map { UInt32(bitPattern: $0) },
                store: store
            )
        )
    }

    /// Whether a path stays below the dataset's top, and can be one of this machine.
    static func isUsable(_ path: String) -> Bool {
        path.utf8.count <= 4096
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !["", ".", ".."].contains($0) && $0.utf8.count <= 255 && !$0.utf8.contains(0)
            }
    }
}
