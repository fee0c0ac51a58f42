import CProcess
import CSeccomp
import Glibc
import Synchronization

/// Translates rules into the program that the kernel runs at each system call, by libseccomp.
enum SystemCallFilter {
    /// libseccomp's `SCMP_ACT_ALLOW`.
    private static let allow: UInt32 = 0x7FFF_0000

    /// libseccomp's `SCMP_ACT_ERRNO(x)`.
    private static func refuse(_ number: Int32) -> UInt32 {
        0x0005_0000 | (UInt32(bitPattern: number) & 0xFFFF)
    }

    /// Programs have 4,096 instructions of 8 bytes at most (`BPF_MAXINSNS`).
    private static let mostBytes = 32768

    private static let translated = Mutex<[UInt8]?>(nil)

    /// A file in memory with the program for the house's rules, as bubblewrap's `--seccomp` reads it.
    static func file() throws(SystemFailure) -> Descriptor {
        let bytes: [UInt8]
        if let known = translated.withLock({ $0 }) {
            bytes = known
        } else {
            bytes = try program(for: SystemCallPolicy.rules)
            translated.withLock { $0 = bytes }
        }
        let number = try SystemFailure.check("memfd_create") {
            bytes.withUnsafeBytes { carrel_sealed_memory($0.baseAddress, $0.count) }
        }
        return Descriptor(owning: number)
    }

    /// Translates rules for this machine's processor; calls of other kinds, such as 32-bit ones, kill the caller.
    ///
    /// A call that libseccomp doesn't know is left out: what its list lacks is newer than the list.
    static func program(for rules: [SystemCallRule]) throws(SystemFailure) -> [UInt8] {
        guard let filter = seccomp_init(allow) else {
            throw SystemFailure(call: "seccomp_init", path: nil, number: ENOMEM)
        }
        defer { seccomp_release(filter) }
        for rule in rules {
            let number = seccomp_syscall_resolve_name(rule.name)
            guard number != Int32(__NR_SCMP_ERROR) else { continue }
            let comparisons = rule.conditions.map(comparison)
            let result = seccomp_rule_add_array(
                filter,
                refuse(rule.errno),
                number,
                UInt32(comparisons.count),
                comparisons,
            )
            guard result == 0 else { throw SystemFailure(call: "seccomp_rule_add", path: rule.name, number: -result) }
        }
        let file = Descriptor(owning: try SystemFailure.check("memfd_create") { carrel_bounded_memory(mostBytes) })
        let result = seccomp_export_bpf(filter, file.number)
        guard result == 0 else { throw SystemFailure(call: "seccomp_export_bpf", path: nil, number: -result) }
        return file.contents(limit: Int(lseek(file.number, 0, SEEK_CUR)))
    }

    private static func comparison(_ condition: SystemCallRule.Condition) -> scmp_arg_cmp {
        switch condition {
        case .bits(let bits, let argument):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: bits, datum_b: bits)
        case .value(let value, let argument):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: 0xFFFF_FFFF, datum_b: UInt64(value))
        case .more(let value, let argument):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_GT, datum_a: value, datum_b: 0)
        }
    }
}
