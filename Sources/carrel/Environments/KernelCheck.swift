import CarrelModel
import CarrelSpawn
import Foundation

/// Starts the kernels of an environment, each with `carrel_server.kernel_check`, which says how it went.
struct KernelCheck {
    /// What came of a kernel.
    struct Result: Decodable, Equatable {
        /// Whether it calculated 1+1.
        enum State: String, Decodable {
            case works
            case fails
            case missing
        }

        let kernel: String
        let title: String
        let state: State
        /// From its start to its answer.
        let seconds: Double
        /// What it answered, or why it didn't.
        let said: String

        /// A line of the table.
        var line: String {
            let time = state == .works ? String(format: "%.1f s", seconds) : ""
            return [Self.padded(state.rawValue, 9), Self.padded(title, 24), Self.padded(time, 8), said]
                .joined().replacing(/\ +$/, with: "")
        }

        private static func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
    }

    let environment: EnvironmentSettings
    /// How long each may take.
    let limit: Duration

    /// Checks one kernel.
    func result(of kernel: EnvironmentKernel) async throws -> Result {
        let arguments = ["-m", "carrel_server.kernel_check", "--deadline", "\(limit.components.seconds)", kernel.name]
        // It keeps its own deadline, and then still has to end what it has started.
        let output = try await ProgramRun.output(
            of: environment.path + "/bin/python",
            arguments,
            within: limit + .seconds(60),
        )
        return try JSONDecoder().decode(Result.self, from: Data(output.utf8))
    }
}
