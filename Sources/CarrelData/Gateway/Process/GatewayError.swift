public import CarrelModel
import Foundation

/// Why the gateway can't run.
public enum GatewayError: CarrelError, Equatable {
    /// An address isn't one.
    case address(String)
    /// A socket can't be made; with the system's error number.
    case socket(String, Int32)

    /// The case's name, for logs.
    public var code: String {
        switch self {
        case .address: "gateway.address"
        case .socket: "gateway.socket"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .address(let text): "\(text) isn't an address to listen at."
        case .socket(let path, let number): "The socket \(path) can't be made: \(String(cString: strerror(number)))."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .address: "Write it as host:port or unix:/path."
        case .socket: "Look at the folder it is in: the user who runs Carrel has to be able to write there."
        }
    }
}
