public import CarrelModel

/// A wall of running servers that somebody else on this machine had taken down, and that is up again.
public struct WallRepair: Sendable, Equatable {
    /// Which it was.
    public let wall: Wall
    /// What was found, as a sentence.
    public let found: String

    /// Makes a repair.
    public init(wall: Wall, found: String) {
        self.wall = wall
        self.found = found
    }
}
