extension DataRange {
    /// Which bytes of a file of a known size these are; all of an empty file are none.
    ///
    /// - Throws: ``DataFault/rangeOutside(size:)`` if the file has none of them.
    func bounds(in size: Int64) throws(DataFault) -> Range<Int64> {
        let bounds: Range<Int64>
        switch self {
        case .all, .from(0): return 0..<size
        case .from(let first): bounds = first..<max(first, size)
        case .last(let count): bounds = max(0, size - max(0, count))..<size
        case .bytes(let range): bounds = range.lowerBound..<max(range.lowerBound, min(range.upperBound, size))
        }
        guard !bounds.isEmpty, bounds.lowerBound >= 0 else { throw .rangeOutside(size: size) }
        return bounds
    }
}
