import CarrelModel
import Foundation
import Testing

@testable import carrel

@Suite struct `Building an environment` {
    private func configured(_ change: (inout EnvironmentSettings) -> Void = { _ in }) throws -> EnvironmentBuild {
        var environment = EnvironmentSettings(name: "r")
        environment.path = "/state/environments/r"
        change(&environment)
        return try EnvironmentBuild(environment)
    }

    @Test func `without a recipe it is made as the default one`() throws {
        let build = try configured()
        let own = build.scripts + "/environments/default"
        #expect(FileManager.default.fileExists(atPath: own + "/requirements.lock"))
        #expect(
            try build.command() == [
                "/usr/bin/python3", build.scripts + "/build-environment", "/state/environments/r",
                own + "/requirements.lock", "--package", build.scripts, "--overrides", own + "/overrides.json",
                "--package", build.scripts + "/builder",
                "--repository-lock", build.scripts + "/environments/repository/requirements.lock",
                "--package", build.scripts + "/openbis", "--source", "pybis",
            ]
        )
    }

    @Test func `all of a recipe is passed on`() throws {
        let build = try configured {
            ($0.packages, $0.python, $0.start) = ("/etc/r.lock", "3.12", "/etc/start")
            ($0.kernels, $0.withoutExtensions) = (["/k/julia", "/k/x"], ["jupyterlab-git"])
        }
        let command = try build.command(isThere: { $0 == "/usr/local/bin/python3.12" })
        #expect(command[3] == "/etc/r.lock")
        #expect(
            command.suffix(10) == [
                "--python", "/usr/local/bin/python3.12", "--kernel", "/k/julia", "--kernel", "/k/x", "--start",
                "/etc/start", "--turn-off", "jupyterlab-git",
            ]
        )
    }

    @Test func `a Python that the machine lacks is named`() throws {
        let build = try configured { $0.python = "3.99" }
        #expect(throws: EnvironmentFailure.noPython("3.99")) { try build.command(isThere: { _ in false }) }
    }

    @Test func `a folder of somebody else's is left alone`() {
        #expect(throws: EnvironmentFailure.foreign(path: "/usr")) { try configured { $0.path = "/usr" } }
    }

    @Test func `doctor says which environments aren't built, and which packages they lack`() {
        var second = EnvironmentSettings(name: "r")
        second.debianPackages = ["octave", "r-base", "gfortran"]
        let findings = EnvironmentFindings.findings(
            [EnvironmentSettings(name: "default"), second],
            isBuilt: { _ in false },
            installed: ["r-base"],
        )
        #expect(findings.map(\.grade) == [.missing, .weaker, .weaker])
        #expect(
            findings.map(\.remedy) == [
                "Build it with `carrel env build default`.", "Build it with `carrel env build r`.",
                "apt-get install octave gfortran",
            ]
        )
        let good = EnvironmentFindings.findings(
            [second],
            isBuilt: { _ in true },
            installed: ["octave", "r-base", "gfortran"]
        )
        #expect(good.map(\.grade) == [.good])
    }

    @Test func `only packages that are installed count as such`() {
        let status = """
            Package: octave
            Status: install ok installed

            Package: r-base
            Status: deinstall ok config-files

            Package: gfortran
            Architecture: amd64
            Status: hold ok installed
            """
        #expect(DebianPackages.names(in: status) == ["octave", "gfortran"])
        #expect(DebianPackages.missing(of: ["a", "octave"], installed: nil) == ["a", "octave"])
        #expect(DebianPackages.missing(of: [], installed: nil) == nil)
    }
}
