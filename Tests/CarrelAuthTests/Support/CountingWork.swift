import CarrelModel
import Foundation

/// Does the work at once and counts it.
actor CountingWork: BlockingWork {
    private(set) var runs = 0

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        runs += 1
        return try work()
    }
}

let noon = Date(timeIntervalSince1970: 1_800_000_000)
