import CarrelData
import CarrelModel
import Foundation

/// Why a data source wasn't connected, or tried.
enum ConnectionRefusal: CarrelError, Equatable {
    /// There is none of that name for this person.
    case notOffered
    /// There is nothing to sign in there with.
    case notConnected
    /// No user name was typed.
    case userNameMissing
    /// No password or token was typed.
    case secretMissing
    /// What was typed can be neither.
    case unfitCredential
    /// It opens by a sign-in, and nothing else.
    case nothingToGive
    /// What came of trying it.
    case state(ConnectionState)
    /// Too many were tried.
    case tooMany(wait: Duration)
    /// Nobody can try it.
    case probe(ProbeError)
    /// It can't be encrypted.
    case vault(VaultError)

    var code: String {
        switch self {
        case .notOffered: "connection.notOffered"
        case .notConnected: "connection.notConnected"
        case .userNameMissing: "connection.userNameMissing"
        case .secretMissing: "connection.secretMissing"
        case .unfitCredential: "connection.unfitCredential"
        case .nothingToGive: "connection.nothingToGive"
        case .state(let state): "connection.\(state.code)"
        case .tooMany: "connection.tooMany"
        case .probe(let error): error.code
        case .vault(let error): error.code
        }
    }

    var message: String {
        switch self {
        case .notOffered: "There is no such data source for you."
        case .notConnected: "You haven’t connected this yet."
        case .userNameMissing: "The user name there is missing."
        case .secretMissing: "The password or token is missing."
        case .unfitCredential: "This can’t be right: one line each, and no : or / in a user name."
        case .nothingToGive: "This opens by your sign-in there: there is nothing to give."
        case .state(.refused): "The service doesn’t take this user name and password."
        case .state(let state): state.message
        case .tooMany: "That was tried too often."
        case .probe(let error): error.message
        case .vault(let error): error.message
        }
    }

    var remedy: String {
        switch self {
        case .notOffered: "The page Connections lists those that there are."
        case .notConnected: "Give what you sign in there with first."
        case .userNameMissing, .secretMissing: "Nothing was kept. Type both."
        case .unfitCredential: "Nothing was kept. Copy it again from where it was made."
        case .nothingToGive: "The page Connections leads to your session there."
        case .state(.refused): "Nothing was kept. Look at the user name, and make a new app password there."
        case .state(.untrusted), .state(.otherService): "Nothing was kept. Tell the people who run this hub."
        case .state: "Nothing was kept. Make a new one there, and give it here."
        case .tooMany(let wait): "Wait \(HumanText.duration(wait.seconds.rounded(.up))), and try again."
        case .probe(let error): "Nothing was tried, and nothing kept. \(error.remedy)"
        case .vault(let error): "Nothing was kept. \(error.remedy)"
        }
    }

    /// Both, for a page.
    var words: String { "\(message) \(remedy)" }
}
