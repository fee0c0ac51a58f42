import CarrelModel
import CarrelStore
import Foundation

/// A list of people as a teacher has it: one name a line, or a table with commas, semicolons or tabs.
///
/// Pure: reading is one thing, and what would come of it another.
struct Roster: Sendable, Equatable {
    /// A line with a name.
    struct Line: Sendable, Equatable {
        /// Its number in the list, from 1.
        let number: Int
        /// The name as it was written.
        let text: String
    }

    let lines: [Line]
    /// What is said about how the list was read.
    let remarks: [String]

    /// The most lines that are taken at once.
    static let limit = 2000

    /// Why a list isn't read at all.
    enum Fault: Error, Equatable {
        case tooLong(count: Int)
        case wide
        case empty

        var text: String {
            switch self {
            case .tooLong(let count): "The list has \(count) lines; \(Roster.limit) are taken at once. Divide it."
            case .wide: "The list is in UTF-16. Save it as “CSV UTF-8”, or copy and paste it."
            case .empty: "There is no name in the list."
            }
        }
    }

    private static let headings: Set<String> = [
        "user", "username", "user name", "user_name", "login", "name", "account", "student", "id", "user id",
    ]

    /// Reads the bytes of a file: UTF-8 with or without a mark of order, else Latin-1, which is said.
    init(bytes: [UInt8]) throws(Fault) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { throw .wide }
        if let text = String(validating: bytes, as: UTF8.self) {
            try self.init(text)
        } else {
            let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
            try self.init(text, remarks: ["The list isn’t UTF-8; it was read as Latin-1. Check names with accents."])
        }
    }

    /// Reads a text.
    init(_ text: String, remarks: [String] = []) throws(Fault) {
        var remarks = remarks
        let clean = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let rows = clean.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard rows.count <= Self.limit * 2 else { throw .tooLong(count: rows.count) }
        let separator = Self.separator(in: rows.first { !$0.allSatisfy(\.isWhitespace) } ?? "")
        var column = 0
        var lines: [Line] = []
        var isFirst = true
        for (index, row) in rows.enumerated() {
            let cells = Self.cells(row, separator)
            guard cells.contains(where: { !$0.isEmpty }) else { continue }
            if isFirst {
                isFirst = false
                let known = cells.map { $0.lowercased() }
                if let found = known.firstIndex(where: { Self.headings.contains($0) && $0 != "id" && $0 != "name" })
                    ?? known.firstIndex(where: { Self.headings.contains($0) })
                {
                    column = found
                    remarks.append("The first line is a heading; names are taken from the column “\(cells[found])”.")
                    continue
                }
            }
            let cell = column < cells.count ? cells[column] : ""
            lines.append(Line(number: index + 1, text: cell))
        }
        guard !lines.isEmpty else { throw .empty }
        guard lines.count <= Self.limit else { throw .tooLong(count: lines.count) }
        self.lines = lines
        self.remarks = remarks
    }

    private static func separator(in row: Substring) -> Character? {
        let counts = [";", "\t", ","].map { mark in (mark: Character(mark), count: row.count { $0 == Character(mark) })
        }
        return counts.max { $0.count < $1.count }.flatMap { $0.count > 0 ? $0.mark : nil }
    }

    /// The cells of a row, with quotation marks taken off (RFC 4180, but for line breaks in a cell).
    private static func cells(_ row: Substring, _ separator: Character?) -> [String] {
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        var rest = row[...]
        while let next = rest.popFirst() {
            if next == "\"" {
                if isQuoted, rest.first == "\"" {
                    cell.append("\"")
                    rest.removeFirst()
                } else {
                    isQuoted.toggle()
                }
            } else if !isQuoted, let separator, next == separator {
                cells.append(cell.trimmingCharacters(in: .whitespaces))
                cell = ""
            } else {
                cell.append(next)
            }
        }
        return cells + [cell.trimmingCharacters(in: .whitespaces)]
    }
}

/// What would come of a list of people.
struct RosterPlan: Sendable, Equatable {
    /// What becomes of a line.
    enum Fate: Sendable, Equatable {
        /// A new account, only for the instance.
        case make(UserName)
        /// An account of the hub gets a place.
        case join(UserName)
        /// They belong to it already.
        case already(UserName)
        /// The name stands in an earlier line.
        case again(line: Int)
        /// It can't be taken; why.
        case refused(String)
    }

    let fates: [(line: Roster.Line, fate: Fate)]
    /// How many places are missing; 0 when there are enough.
    let missingPlaces: Int

    var made: [UserName] { fates.compactMap { if case .make(let name) = $0.fate { name } else { nil } } }
    var joining: [UserName] { fates.compactMap { if case .join(let name) = $0.fate { name } else { nil } } }
    var alreadyIn: Int { fates.count { if case .already = $0.fate { true } else { false } } }
    var repeated: Int { fates.count { if case .again = $0.fate { true } else { false } } }
    var refused: [(line: Roster.Line, why: String)] {
        fates.compactMap { if case .refused(let why) = $0.fate { ($0.line, why) } else { nil } }
    }
    /// Whether there is something to do, and it can be done.
    var isPossible: Bool { missingPlaces == 0 && !(made.isEmpty && joining.isEmpty) }

    /// Says what would come of it.
    ///
    /// - Parameters:
    ///   - roster: the list.
    ///   - known: what there is already.
    ///   - homesLeft: names without an account whose earlier users have left homes.
    init(_ roster: Roster, known: RosterStore.Known, homesLeft: Set<UserName> = []) {
        var lines: [String: Int] = [:]
        fates = roster.lines.map { line in
            do throws(NameError) {
                let name = try UserName(normalizing: line.text)
                if let earlier = lines[name.skeleton] { return (line, .again(line: earlier)) }
                lines[name.skeleton] = line.number
                if let found = known.users[name] {
                    if found.isForOther {
                        return (line, .refused("The account \(name) exists for something else only."))
                    }
                    return (line, found.role == nil ? .join(name) : .already(name))
                }
                if let other = known.names[name.skeleton] {
                    return (line, .refused("The name looks like that of the account \(other)."))
                }
                if homesLeft.contains(name) {
                    let error = AccountError.homeLeft(name.text)
                    return (line, .refused("\(error.message) \(error.remedy)"))
                }
                return (line, .make(name))
            } catch {
                return (line, .refused(error.message))
            }
        }
        let wanted = fates.count { fate in
            switch fate.fate {
            case .make, .join: true
            case .already, .again, .refused: false
            }
        }
        missingPlaces = known.freePlaces.map { max(0, wanted - $0) } ?? 0
    }

    static func == (left: Self, right: Self) -> Bool {
        left.missingPlaces == right.missingPlaces && left.fates.map(\.line) == right.fates.map(\.line)
            && left.fates.map(\.fate) == right.fates.map(\.fate)
    }
}
