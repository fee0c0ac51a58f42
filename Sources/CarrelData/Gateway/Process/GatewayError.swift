public import CarrelModel
import Foundation

/// Why the gateway can't run.
public enum GatewayError: CarrelError, Equatable {
    /// A socket can't be made; with the system's error number.
    case socket(String, Int32)

    /// The case's name, for logs.
    public var code: String {
        switch self {
        case .socket: "gateway.socket"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .socket(let path, let number): "The socket \(path) can't be made: \(String(cString: strerror(number)))."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .socket: "Look at the folder it is in: the user who runs Carrel has to be able to write there."
        }
    }
}
