import CarrelModel
import Foundation

/// A generator whose numbers follow from its seed (SplitMix64), so that a failing fuzz test can be run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A new seed for each run, printed so that the run can be repeated.
    static func fresh(_ name: String) -> SeededGenerator {
        let seed = UInt64.random(in: .min ... .max)
        print("\(name): seed \(seed)")
        return SeededGenerator(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Text made of pieces that parsers stumble over.
    mutating func text(of pieces: [String], upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &self))
            .map { _ in pieces.randomElement(using: &self) ?? "" }
            .joined()
    }
}

/// Does the work at once and counts it.
actor CountingWork: BlockingWork {
    private(set) var runs = 0

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        runs += 1
        return try work()
    }
}

let noon = Date(timeIntervalSince1970: 1_800_000_000)
