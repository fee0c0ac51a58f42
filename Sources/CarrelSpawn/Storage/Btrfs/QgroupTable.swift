import CarrelModel

/// What `btrfs qgroup show -re --raw` prints: use and limits of all subvolumes.
///
/// Text, because btrfs-progs 6.2 aborts when asked for JSON. Columns are found by their headings, as versions differ in
/// which they add.
struct QgroupTable: Equatable {
    /// Use and limit of a subvolume, by its number; groups of higher levels are left out.
    private(set) var usages: [UInt64: HomeUsage] = [:]

    /// Reads the table; nil when it isn't one.
    init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let heading = lines.first(where: { $0.lowercased().hasPrefix("qgroup") }) else { return nil }
        let names = Self.columns(heading.lowercased())
        guard let group = names.firstIndex(where: { $0.hasPrefix("qgroup") }),
            let used = names.firstIndex(where: { ["referenced", "rfer"].contains($0) }),
            let limit = names.firstIndex(where: { ["max referenced", "max_rfer"].contains($0) })
        else { return nil }
        for line in lines {
            let cells = line.split(separator: " ")
            guard cells.count > max(group, used, limit), let id = Self.subvolume(cells[group]),
                let bytes = Int64(cells[used]), bytes >= 0
            else { continue }
            usages[id] = HomeUsage(
                used: ByteCount(bytes: bytes),
                quota: Int64(cells[limit]).flatMap { $0 < 0 ? nil : ByteCount(bytes: $0) },
            )
        }
    }

    /// The headings, which are divided by two spaces and may hold one; versions before 6 divide by one and hold none.
    private static func columns(_ heading: String) -> [String] {
        let names = heading.split(separator: "  ").map { $0.trimmingPrefix(" ") }.map { String($0) }
            .map { $0.hasSuffix(" ") ? String($0.dropLast()) : $0 }.filter { !$0.isEmpty }
        return names.count > 2 ? names : heading.split(separator: " ").map(String.init)
    }

    /// `257` of `0/257`.
    private static func subvolume(_ text: Substring) -> UInt64? {
        text.hasPrefix("0/") ? UInt64(text.dropFirst(2)) : nil
    }
}
