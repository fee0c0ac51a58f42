import Testing

@testable import CarrelSpawn

@Suite struct `A process handle` {
    @Test(arguments: [Int32.min, -1, 0, 1]) func `never holds on to everybody, or to the first process`(pid: Int32) {
        #expect(ProcessHandle(pid: pid) == nil, "\(pid)")
    }
}
