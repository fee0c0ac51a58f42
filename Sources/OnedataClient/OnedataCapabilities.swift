/// What Onedata can do as a store of files, for whoever puts one on top of this client.
public struct OnedataCapabilities: Sendable, Equatable {
    /// Parts of files can be read.
    public let readsRanges = true
    /// A file is replaced in one step where the provider's rename replaces, else in two with the old one put aside; a write
    /// that is cut leaves the old one.
    public let replacesWhole = true
    /// A rename within a space moves folders with all in them; none leads into another space.
    public let renamesFolders = true
    /// Times can't be set: a file's is when the provider took its last byte.
    public let setsTimes = false
    /// There are no checksums, and no versions of files; size and time are all there is to see a change by.
    public let tellsVersions = false
    /// The longest name, in bytes of UTF-8.
    public let longestName = 255
}
