public import Foundation

extension RestorePoint {
    /// The restore point of a moment; its name has whole minutes, in UTC.
    public init(at date: Date) {
        let minutes = (date.timeIntervalSince1970 / 60).rounded(.down)
        let whole = Date(timeIntervalSince1970: minutes * 60)
        self.init(name: Self.name(of: whole), date: whole)
    }

    /// Reads a name such as `2026-11-21T14:00`; nil for any other text.
    public init?(name: String) {
        guard name.utf8.count == 16, let date = try? Date("\(name):00Z", strategy: .iso8601),
            Self.name(of: date) == name
        else { return nil }
        self.init(name: name, date: date)
    }

    private static func name(of date: Date) -> String {
        String(date.formatted(.iso8601).prefix(16))
    }
}
