import CarrelData
import CarrelModel
import Foundation

/// What somebody typed to connect a data source: on the page Connections, before a start, or by the API.
struct ConnectionForm: Sendable {
    /// The user name there; empty for a token.
    let userName: String
    /// The password or the token; empty for what there is.
    private let secret: String
    /// Whether it is kept when the session is over.
    let remember: Bool

    /// Takes what was typed, without blanks and line ends around it.
    init(userName: String?, secret: String?, remember: Bool) {
        self.userName = (userName ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        self.secret = (secret ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        self.remember = remember
    }

    /// Whether no password or token was typed.
    var isEmpty: Bool { secret.isEmpty }

    /// What it is to sign in with.
    ///
    /// - Throws: ``ConnectionRefusal/secretMissing`` or ``ConnectionRefusal/unfitCredential``.
    func credential(for kind: DataSourceKind) throws(ConnectionRefusal) -> DataCredential {
        guard !secret.isEmpty else { throw .secretMissing }
        guard Self.isLine(secret, atMost: 16_000) else { throw .unfitCredential }
        switch kind.credential {
        case .nothing: throw .nothingToGive
        case .token:
            guard secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .unfitCredential }
            return .token(secret)
        case .password:
            guard !userName.isEmpty else { throw .userNameMissing }
            // A colon ends the name in what is sent (RFC 7617 §2); a slash would lead to another folder.
            guard Self.isLine(userName, atMost: 250), Self.isLine(secret, atMost: 4_000),
                !userName.contains(where: { ":/\\".contains($0) }), ![".", ".."].contains(userName)
            else { throw .unfitCredential }
            return .password(user: userName, password: secret)
        }
    }

    private static func isLine(_ text: String, atMost count: Int) -> Bool {
        text.utf8.count <= count && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

extension ConnectionForm: CustomStringConvertible, CustomReflectable {
    /// Never the secret.
    var description: String { "ConnectionForm(hidden)" }
    /// Never the secret.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
