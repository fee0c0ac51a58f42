import CProcess
import Glibc

/// A program to start so that it outlives the one who starts it: in a session of its own, nobody's child, with no
/// descriptor but those named.
struct DetachedProgram {
    /// Absolute path of the program.
    let path: String
    /// What follows the program's name; every user of the host can read it, so no secret is in it.
    let arguments: [String]
    /// All of its environment.
    var environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"]
    /// Which of the descriptors gets a line with the process id before the program begins.
    var announcement: Int?

    /// Starts it.
    ///
    /// - Parameter descriptors: what becomes 0, 1, 2, … of the program.
    /// - Returns: the process id.
    /// - Throws: the errno of the step that failed; nothing runs then.
    func start(descriptors: [Int32]) throws(SystemFailure) -> Int32 {
        try start(descriptors, mask: 0o022, by: carrel_start_detached)
    }

    /// Starts it as a child, which must be reaped; what it makes is closed to others.
    ///
    /// - Parameter descriptors: what becomes 0, 1, 2, … of the program.
    /// - Returns: the process id.
    /// - Throws: the errno of the step that failed; nothing runs then.
    func startChild(descriptors: [Int32]) throws(SystemFailure) -> Int32 {
        try start(descriptors, mask: 0o077, by: carrel_start_child)
    }

    private func start(
        _ descriptors: [Int32],
        mask: mode_t,
        by call: (UnsafePointer<carrel_program>, UnsafeMutablePointer<pid_t>) -> Int32,
    ) throws(SystemFailure) -> Int32 {
        var pid: pid_t = 0
        let failure = Self.withPointers([path] + arguments) { arguments in
            Self.withPointers(environment) { environment in
                path.withCString { path in
                    descriptors.withUnsafeBufferPointer { descriptors in
                        var program = carrel_program(
                            path: path,
                            arguments: arguments,
                            environment: environment,
                            descriptors: descriptors.baseAddress,
                            descriptor_count: Int32(descriptors.count),
                            announce: Int32(announcement ?? -1),
                            mask: mask,
                        )
                        return call(&program, &pid)
                    }
                }
            }
        }
        if failure != 0 { throw SystemFailure(call: "start", path: path, number: failure) }
        return pid
    }

    /// Calls `body` with the texts as C wants them: an array that ends with a null pointer.
    private static func withPointers<Result>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

/// Makes a file in memory that holds bubblewrap's arguments, each ended by a zero byte.
enum SealedArguments {
    static func file(_ arguments: [String]) throws(SystemFailure) -> Descriptor {
        let bytes = encoded(arguments)
        let number = try SystemFailure.check("memfd_create") {
            bytes.withUnsafeBytes { carrel_sealed_memory($0.baseAddress, $0.count) }
        }
        return Descriptor(owning: number)
    }

    /// The bytes bubblewrap's `--args` reads.
    ///
    /// No argument holds a zero byte: ``StartOrder/check()`` sees to that.
    static func encoded(_ arguments: [String]) -> [UInt8] {
        arguments.flatMap { Array($0.utf8) + [0] }
    }
}
