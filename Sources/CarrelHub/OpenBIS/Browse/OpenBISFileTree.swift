import Foundation

/// All files and folders of a dataset by their paths, so that what is in a folder is one stretch of them.
///
/// Made once for a list. A folder is found, and what is below it summed, without looking at all that is in it.
struct OpenBISFileTree: Sendable {
    /// A file or folder as the data store lists it.
    struct Entry: Sendable, Equatable {
        let path: String
        let isFolder: Bool
        let size: Int64
    }

    /// By the bytes of their paths, of which `/` comes before all others: a folder, what is in it, and then the next one.
    let entries: [Entry]
    /// At which places of the list they were.
    let order: [Int]
    /// How many files and bytes are before an entry.
    private let files: [Int]
    private let bytes: [Int128]

    private static let slash = UInt8(ascii: "/")

    /// - Parameters:
    ///   - list: in any order; folders may be missing, and no path holds a NUL.
    ///   - check: throws when it isn't wanted any more; called now and then.
    /// - Throws: what `check` throws.
    init(_ list: [Entry], check: () throws -> Void) rethrows {
        var keys: [UInt8] = []
        keys.reserveCapacity(list.reduce(0) { $0 + $1.path.utf8.count })
        var ends = [0]
        for entry in list {
            keys.append(contentsOf: entry.path.utf8)
            ends.append(keys.count)
        }
        keys.withUnsafeMutableBufferPointer { keys in
            for at in keys.indices where keys[at] == Self.slash { keys[at] = 0 }
        }
        try check()
        var order = Array(list.indices)
        var steps = 0
        try keys.withUnsafeBytes { keys in
            try order.sort { one, other in
                steps += 1
                if steps.isMultiple(of: 4096) { try check() }
                let (oneCount, otherCount) = (ends[one + 1] - ends[one], ends[other + 1] - ends[other])
                guard oneCount > 0, otherCount > 0, let start = keys.baseAddress else { return oneCount < otherCount }
                let result = memcmp(start + ends[one], start + ends[other], min(oneCount, otherCount))
                return result == 0 ? oneCount < otherCount : result < 0
            }
        }
        let entries = order.map { list[$0] }
        var (files, bytes): ([Int], [Int128]) = ([0], [0])
        for (at, entry) in entries.enumerated() {
            files.append(files[at] + (entry.isFolder ? 0 : 1))
            bytes.append(bytes[at] + Int128(entry.size))
        }
        (self.entries, self.order, self.files, self.bytes) = (entries, order, files, bytes)
    }

    /// Nothing.
    init() {
        (entries, order, files, bytes) = ([], [], [0], [0])
    }

    // MARK: Looking into it

    /// How many files there are.
    var count: Int { files.last ?? 0 }

    /// Where the entries of just this path are.
    func places(of path: String) -> Range<Int> {
        let start = first(in: entries.indices) { Self.compare(entries[$0].path, path) >= 0 }
        let end = first(in: start..<entries.count) { Self.compare(entries[$0].path, path) > 0 }
        return start..<end
    }

    /// Where the entries below a folder are; nil when there is no such folder.
    func stretch(_ folder: String) -> Range<Int>? {
        guard !folder.isEmpty else { return entries.indices }
        let top = folder + "/"
        let start = first(in: entries.indices) { Self.compare(entries[$0].path, top) >= 0 }
        let end = first(in: start..<entries.count) { !entries[$0].path.utf8.starts(with: top.utf8) }
        guard start == end else { return start..<end }
        return places(of: folder).contains { entries[$0].isFolder } ? start..<end : nil
    }

    /// The folder with which a dataset opens: down to where there is a choice.
    var start: String {
        var stretch = entries.indices
        var depth = 0
        while let only = child(at: stretch.lowerBound, in: stretch, depth), only.places == stretch, only.isFolder {
            depth += only.name.utf8.count + 1
            let lower = stretch.first { entries[$0].path.utf8.count >= depth } ?? stretch.upperBound
            guard lower < stretch.upperBound else { return entries[stretch.lowerBound].path }
            stretch = lower..<stretch.upperBound
        }
        guard depth > 0, let path = entries[stretch].first?.path else { return "" }
        return String(Substring(path.utf8.prefix(depth - 1)))
    }

    /// Something in a folder, with all that is below it.
    struct Child {
        let name: String
        let places: Range<Int>
        let isFolder: Bool
        let size: Int64
        /// How many files.
        let count: Int
    }

    /// What is in a folder at a place.
    ///
    /// - Parameters:
    ///   - at: the first place of it.
    ///   - stretch: of the folder.
    ///   - depth: how many bytes of all paths there are the folder's own, with the slash.
    /// - Returns: nil behind the stretch.
    func child(at: Int, in stretch: Range<Int>, _ depth: Int) -> Child? {
        guard at < stretch.upperBound else { return nil }
        let name = entries[at].path.utf8.dropFirst(depth).prefix { $0 != Self.slash }
        let length = name.count
        func isInside(_ place: Int) -> Bool {
            let rest = entries[place].path.utf8.dropFirst(depth)
            return rest.starts(with: name) && (rest.count == length || rest.dropFirst(length).first == Self.slash)
        }
        var step = 1
        while at + step < stretch.upperBound, isInside(at + step) { step *= 2 }
        let end = first(in: at + step / 2..<min(at + step, stretch.upperBound)) { !isInside($0) }
        let isDeep = entries[end - 1].path.utf8.count > depth + length
        return Child(
            name: String(Substring(name)),
            places: at..<end,
            isFolder: isDeep || (at..<end).contains { entries[$0].isFolder },
            size: Int64(clamping: bytes[end] - bytes[at]),
            count: files[end] - files[at],
        )
    }

    /// The first place of which something is true, if it is true of all behind it as well.
    private func first(in range: Range<Int>, _ isTrue: (Int) -> Bool) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if isTrue(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Below, at or above 0 as one comes before the other, is it, or comes behind it.
    private static func compare(_ one: String, _ other: String) -> Int {
        func key(_ byte: UInt8) -> Int { byte == slash ? 0 : Int(byte) }
        var rest = other.utf8.makeIterator()
        for byte in one.utf8 {
            guard let against = rest.next() else { return 1 }
            if byte != against { return key(byte) - key(against) }
        }
        return rest.next() == nil ? 0 : -1
    }
}
