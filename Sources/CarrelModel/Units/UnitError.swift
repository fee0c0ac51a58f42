/// Why a text isn't a duration or a size.
public enum UnitError: CarrelError, Equatable {
    /// It isn't a number with a unit of time.
    case notADuration(String)
    /// It isn't a number with a unit of size.
    case notASize(String)
    /// It is a number of a unit that means different things to different people, such as `20 G`.
    case ambiguousSize(String)
    /// It is more than can be counted.
    case tooLarge(String)
}

extension UnitError {
    /// What a duration looks like, for messages and documents.
    static let durationForm = "a duration such as 90s, 15m, 12h or 30d"

    /// What a size looks like, for messages and documents.
    static let sizeForm = "a size such as 20 GB or 20 GiB"

    /// A stable name from a bounded set, `unit.whatHappened`.
    public var code: String {
        switch self {
        case .notADuration: "unit.notADuration"
        case .notASize: "unit.notASize"
        case .ambiguousSize: "unit.ambiguousSize"
        case .tooLarge: "unit.tooLarge"
        }
    }

    /// A sentence that says what was found.
    public var message: String {
        switch self {
        case .notADuration(let text): "“\(text)” isn't a duration."
        case .notASize(let text): "“\(text)” isn't a size."
        case .ambiguousSize(let text): "“\(text)” isn't a size: its unit may mean powers of 1000 or of 1024."
        case .tooLarge(let text): "“\(text)” is too large."
        }
    }

    /// A sentence that says how to write it.
    public var remedy: String {
        switch self {
        case .notADuration: "Write \(Self.durationForm)."
        case .notASize, .ambiguousSize: "Write \(Self.sizeForm)."
        case .tooLarge: "Write a smaller number."
        }
    }
}
