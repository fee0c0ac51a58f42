extension String {
    /// The longest beginning that has at most so many bytes in UTF-8, without half a Unicode scalar at its end.
    ///
    /// What strangers send is cut by bytes: one `Character` may hold any number of them.
    public func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var bytes = Array(utf8.prefix(max(0, limit) + 1))
        // The first byte that is left out begins a scalar when all that is kept is whole.
        while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
        return String(decoding: bytes, as: UTF8.self)
    }
}
