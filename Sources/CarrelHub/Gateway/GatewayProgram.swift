import CarrelModel
import Foundation

/// The command line of the data gateway.
enum GatewayProgram {
    static func make(_ parts: Hub.Parts) -> Companion.Program {
        Companion.Program(
            path: parts.executable,
            arguments: [
                "gateway", "--proxy-socket", parts.state.gatewaySocket, "--mount-socket", parts.state.gatewayMounts,
                "--control", parts.state.gatewayControl,
                "--hub", parts.state.gatewayHub, "--hub-version", CarrelVersion.text,
            ],
            log: parts.state.logs + "/gateway.log",
        )
    }
}
