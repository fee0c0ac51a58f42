/// Why a configuration can't be used.
public enum ConfigurationError: CarrelError, Equatable {
    /// The file can't be read.
    case unreadable(file: String, Reason)
    /// The file was read and refused; the problems are in the order of the file, at least one.
    case invalid(file: String, [ConfigurationProblem])

    /// Why a file can't be read.
    public enum Reason: String, Sendable, Equatable {
        /// There is no such file.
        case missing = "there is no such file"
        /// The file may not be read.
        case forbidden = "Carrel may not read it"
        /// Something else, such as a folder in its place.
        case unreadable = "it isn't a file that can be read"
    }

    /// A stable name from a bounded set, `configuration.whatHappened`.
    public var code: String {
        switch self {
        case .unreadable: "configuration.unreadable"
        case .invalid: "configuration.invalid"
        }
    }

    /// What is wrong; with several problems, one line for each.
    public var message: String {
        switch self {
        case .unreadable(let file, let reason): "\(file) can't be used: \(reason.rawValue)."
        case .invalid(_, let problems): problems.map(\.description).joined(separator: "\n")
        }
    }

    /// A sentence that says what to do now.
    public var remedy: String {
        switch self {
        case .unreadable: "Give the path of a configuration file, or none to use the defaults."
        case .invalid(let file, _):
            "Mend \(file) and try again; `carrel config document` lists every key with what it may hold."
        }
    }
}

/// Something in a configuration file that is wrong, and where.
public struct ConfigurationProblem: Sendable, Equatable {
    /// The file as the operator named it.
    public let file: String

    /// The line, from 1.
    public let line: Int

    /// The column, from 1, in code points.
    public let column: Int

    /// The full name of the key, `proxy.listen[2]`; empty when the file as a whole is wrong.
    public let key: String

    /// What stands there.
    public let found: String

    /// What should stand there.
    public let expected: String
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `carrel.yaml:3:5: proxy.threads: found “many”, expected a number from 1 to 64`.
    public var description: String {
        "\(file):\(line):\(column): \(key.isEmpty ? "" : key + ": ")found \(found), expected \(expected)"
    }
}

extension ConfigurationProblem: Comparable {
    /// Orders problems by their place.
    public static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column, left.key) < (right.line, right.column, right.key)
    }
}
