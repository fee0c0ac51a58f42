/// A name that a conversion of a home makes beside it, and that is found again when the hub was killed meanwhile.
///
/// - `.converting-SLUG-RANDOM` is a subvolume that the home is being copied to.
/// - `.converted-SLUG-ID` is that subvolume, numbered `ID`, when it is finished; after the exchange, the old folder.
struct ConversionLeftover: Equatable {
    /// What it was left as.
    enum Stage: Equatable {
        case unfinished
        case finished(subvolume: UInt64)
    }

    let name: String
    let stage: Stage

    /// Reads a name; nil when it is none, or one of another home.
    init?(name: String, of home: HomeID) {
        guard let dash = name.lastIndex(of: "-"), let number = UInt64(name[name.index(after: dash)...]) else {
            return nil
        }
        switch name[..<dash] {
        case ".converting-\(home.slug)": stage = .unfinished
        case ".converted-\(home.slug)": stage = .finished(subvolume: number)
        default: return nil
        }
        self.name = name
    }

    /// The name for a copy that is begun.
    static func beginning(_ home: HomeID) -> ConversionLeftover {
        ConversionLeftover(.unfinished, ".converting-\(home.slug)-\(UInt64.random(in: 0 ... .max))")
    }

    /// The name for a copy that is finished.
    static func finished(_ home: HomeID, subvolume: UInt64) -> ConversionLeftover {
        ConversionLeftover(.finished(subvolume: subvolume), ".converted-\(home.slug)-\(subvolume)")
    }

    private init(_ stage: Stage, _ name: String) {
        self.stage = stage
        self.name = name
    }

    /// What to do with it.
    enum Fate: Equatable {
        case keep
        case removeSubvolume
        case removeFolder
    }

    /// What to do with it: it goes only when it is certain that the home itself is good.
    ///
    /// - Parameters:
    ///   - itself: the number of the subvolume that it is; nil: it is a plain folder.
    ///   - home: the same of the home, which is there.
    /// - Returns: `keep` whenever in doubt.
    func fate(itself: UInt64?, home: UInt64?) -> Fate {
        switch (stage, itself, home) {
        // A copy that never took the home's place.
        case (.unfinished, .some, _): .removeSubvolume
        case (.finished(let number), .some(let own), .none) where own == number: .removeSubvolume
        // The old folder: the home is the very copy that was finished before they changed places.
        case (.finished(let number), .none, .some(let present)) where present == number: .removeFolder
        default: .keep
        }
    }
}
