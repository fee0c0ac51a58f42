import CarrelModel
import Testing

@testable import CarrelSpawn

@Suite struct `Control groups` {
    private static let version1 = """
        30 1 0:26 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
        31 1 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct
        32 1 0:28 / /sys/fs/cgroup/pids rw shared:5 - cgroup cgroup rw,pids
        33 1 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
        """
    private static let version2 = "25 1 0:23 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"

    @Test func `of version 1 are found by controller, whatever else is mounted`() {
        let layout = ControlGroupLayout.read(mounts: Self.version1, membership: "0::/\n") { _ in "hugetlb\n" }
        #expect(
            layout
                == .separate([
                    .memory: "/sys/fs/cgroup/memory", .cpu: "/sys/fs/cgroup/cpu,cpuacct",
                    .cpuacct: "/sys/fs/cgroup/cpu,cpuacct", .pids: "/sys/fs/cgroup/pids",
                ])
        )
    }

    @Test func `of version 2 are made at the top, or in the hub's own where only that is given`() {
        let membership = "0::/system.slice/carrel.service\n"
        let own = "/sys/fs/cgroup/system.slice/carrel.service"
        let offered = "cpuset cpu io memory pids\n"
        #expect(
            ControlGroupLayout.read(mounts: Self.version2, membership: membership) { $0 == own ? offered : "" }
                == .unified(folder: own)
        )
        #expect(
            ControlGroupLayout.read(mounts: Self.version2, membership: membership) { _ in offered }
                == .unified(folder: "/sys/fs/cgroup")
        )
        #expect(
            ControlGroupLayout.read(mounts: Self.version2, membership: "0::/\n") { _ in offered }
                == .unified(folder: "/sys/fs/cgroup")
        )
    }

    @Test func `that limit nothing are none`() {
        for mounts in ["", Self.version2, "not a line\n1 2 - \n"] {
            let layout = ControlGroupLayout.read(mounts: mounts, membership: "") { _ in "" }
            guard case .none = layout else {
                Issue.record("\(layout)")
                return
            }
        }
    }

    @Test func `are given their limits in either version's words`() {
        let limits = ResourceLimits(memory: ByteCount(bytes: 1 << 30), processorWeight: 50, processes: 99)
        func texts(_ isUnified: Bool) -> [String] {
            ControlGroupSettings.atStart(limits, isUnified: isUnified).map { "\($0.file) \($0.text)" }
        }
        #expect(texts(true) == ["memory.max 1073741824", "memory.swap.max 0", "pids.max 99", "cpu.weight 50"])
        #expect(
            texts(false) == [
                "memory.limit_in_bytes 1073741824", "memory.memsw.limit_in_bytes 1073741824", "pids.max 99",
                "cpu.shares 512",
            ]
        )
        #expect(ControlGroupSettings.atStart(ResourceLimits(), isUnified: true).map(\.file) == ["cpu.weight"])
    }

    @Test(
        arguments: [
            (1.5, "150000 100000", "150000"), (0.001, "1000 100000", "1000"), (nil, "max 100000", "-1"),
        ] as [(Double?, String, String)]
    )
    func `are given a processor limit of their own`(limit: Double?, unified: String, separate: String) {
        #expect(ControlGroupSettings.processors(limit, isUnified: true).text == unified)
        #expect(ControlGroupSettings.processors(limit, isUnified: false).text == separate)
    }

    @Test func `of version 2 say what is used`() {
        let files = [
            "memory.current": "3000\n", "memory.stat": "anon 1\ninactive_file 1000\n", "memory.max": "max\n",
            "memory.events": "low 0\noom 4\noom_kill 2\n", "cpu.stat": "usage_usec 1500000\nuser_usec 1\n",
            "cpu.max": "50000 100000\n", "pids.current": "7\n", "pids.max": "20\n",
        ]
        let usage = ControlGroupReading.usage(isUnified: true) { files[$1] }
        #expect(
            usage
                == ServerUsage(
                    memory: ByteCount(bytes: 2000),
                    processorTime: .milliseconds(1500),
                    processorLimit: 0.5,
                    processes: 7,
                    processLimit: 20,
                    memoryKills: 2,
                )
        )
    }

    @Test func `of version 1 say what is used`() {
        let files = [
            "memory.usage_in_bytes": "3000\n", "memory.stat": "inactive_file 1\ntotal_inactive_file 500\n",
            "memory.limit_in_bytes": "9223372036854771712\n",
            "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n", "cpuacct.usage": "2000000000\n",
            "cpu.cfs_quota_us": "-1\n", "cpu.cfs_period_us": "100000\n", "pids.current": "3\n", "pids.max": "max\n",
        ]
        let usage = ControlGroupReading.usage(isUnified: false) { files[$1] }
        #expect(
            usage
                == ServerUsage(
                    memory: ByteCount(bytes: 2500),
                    processorTime: .seconds(2),
                    processes: 3,
                    memoryKills: 1,
                )
        )
    }

    @Test func `that say nothing, or nonsense, give nothing`() {
        #expect(ControlGroupReading.usage(isUnified: true) { _, _ in nil } == ServerUsage())
        #expect(ControlGroupReading.usage(isUnified: false) { _, _ in "oom_kill x\n-\n" } == ServerUsage())
    }
}
