import Foundation

/// A generator whose numbers follow from its seed (SplitMix64), so that a failing random test can be run again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What it began with.
    public let seed: UInt64
    private var state: UInt64

    /// Makes one whose numbers are known.
    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// Makes one with a new seed for each run; it is printed, and `CARREL_TEST_SEED` in the environment sets it.
    public init(for subject: String) {
        let given = ProcessInfo.processInfo.environment["CARREL_TEST_SEED"].flatMap { UInt64($0) }
        self.init(seed: given ?? UInt64.random(in: .min ... .max))
        print("\(subject): CARREL_TEST_SEED=\(seed)")
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Text made of pieces that parsers stumble over.
    public mutating func text(of pieces: [String], upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &self))
            .map { _ in pieces.randomElement(using: &self) ?? "" }
            .joined()
    }
}
