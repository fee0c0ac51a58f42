public import Foundation

/// A file of which two versions are kept, because it was changed in two places at once.
public struct GatewayConflict: Sendable, Equatable {
    /// The file in the person's tree; it has what somebody else wrote.
    public let path: DataPath
    /// The file beside it that has what the mount wrote.
    public let copy: DataPath
    /// The mount.
    public let mount: String
    /// When it was noticed.
    public let time: Date
}

/// Names for the second version of a file.
enum ConflictName {
    /// `NAME (conflict MOUNT YYYY-MM-DD HH.MM).EXT`, shortened to what a name may be; from the second on with a number.
    static func make(_ name: DataName, mount: String, at time: Date, number: Int) -> DataName? {
        let place = mount.split(separator: "/").joined(separator: " ").prefix(40)
        let mark = "conflict \(place) \(NameBeside.stamp(time))\(number > 1 ? " \(number)" : "")"
        return NameBeside.make(name, mark: mark)
    }
}

/// Names for what is put beside a file.
enum NameBeside {
    /// A time as it stands in names: `YYYY-MM-DD HH.MM`.
    static func stamp(_ time: Date) -> String {
        time.formatted(
            .verbatim(
                "\(year: .padded(4))-\(month: .twoDigits)-\(day: .twoDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)).\(minute: .twoDigits)",
                timeZone: .current,
                calendar: Calendar(identifier: .gregorian)
            )
        )
    }

    /// `NAME (MARK).EXT`, shortened to what a name may be; nil when that doesn't go.
    static func make(_ name: DataName, mark: String) -> DataName? {
        let dot = name.bytes.lastIndex(of: UInt8(ascii: "."))
        let end = dot.flatMap { $0 > 0 && name.bytes.count - $0 <= 32 ? $0 : nil } ?? name.bytes.count
        let mark = Array(" (\(mark))".utf8)
        let ending = name.bytes[end...]
        var stem = Array(name.bytes[..<end].prefix(255 - mark.count - ending.count))
        // A character isn't cut in two.
        while stem.count < end, let last = stem.last, last >= 0x80 {
            stem.removeLast()
            if last >= 0xc0 { break }
        }
        return DataName(bytes: stem + mark + ending)
    }
}
