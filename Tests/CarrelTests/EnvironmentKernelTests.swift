import CarrelModel
import Foundation
import Testing

@testable import carrel

@Suite struct EnvironmentKernelTests {
    static let octave = EnvironmentKernel(name: "octave", title: "Octave", needs: ["octave"], package: "octave")
    static let sos = EnvironmentKernel(name: "sos", title: "SoS")

    @Test func `what a kernel needs is read from its file`() {
        let text = """
            {"argv": ["x"], "display_name": "R", "language": "R",
             "metadata": {"debugger": true, "carrel": {"needs": ["R", "/usr/lib/x"], "package": "r"}}}
            """
        let wanted = EnvironmentKernel(name: "ir", title: "R", needs: ["R", "/usr/lib/x"], package: "r")
        #expect(EnvironmentKernel.read(Data(text.utf8), name: "ir") == wanted)
        let plain = Data(#"{"display_name": "Bash"}"#.utf8)
        #expect(EnvironmentKernel.read(plain, name: "bash") == EnvironmentKernel(name: "bash", title: "Bash"))
        #expect(EnvironmentKernel.read(Data("[]".utf8), name: "bash") == nil)
    }

    @Test func `doctor says which package brings what a kernel needs`() {
        let findings = KernelFindings.findings(
            environment: "default",
            kernels: [Self.octave, Self.sos],
            isThere: { _ in false },
        )
        #expect(findings.map(\.grade) == [.good, .weaker])
        #expect(findings.first?.message == "The environment default offers SoS.")
        #expect(findings.last?.message == "Octave isn't offered, because octave isn't there.")
        #expect(findings.last?.remedy == "apt-get install octave")
    }

    @Test func `where all is there, doctor has one good word`() {
        let findings = KernelFindings.findings(
            environment: "default",
            kernels: [Self.octave, Self.sos],
            isThere: { _ in true },
        )
        #expect(findings.map(\.message) == ["The environment default offers Octave, SoS."])
    }

    @Test func `an environment that isn't there has no kernels`() {
        #expect(EnvironmentKernel.all(in: "/nowhere").isEmpty)
        #expect(KernelFindings.findings(environment: "default", kernels: []).isEmpty)
    }

    @Test func `a checked kernel is one line of a table`() throws {
        let text = #"{"kernel": "ir", "title": "R", "state": "works", "seconds": 1.24, "said": "[1] 2"}"#
        let result = try JSONDecoder().decode(KernelCheck.Result.self, from: Data(text.utf8))
        #expect(result.line == "works    R                       1.2 s   [1] 2")
    }
}
