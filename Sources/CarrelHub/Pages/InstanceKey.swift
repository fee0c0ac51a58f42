import CarrelModel
import Foundation

/// A setting of instances on a page: what it is called, how it is typed, and who may change it.
struct InstanceKey: Sendable {
    /// A part of the form.
    enum Part: String, CaseIterable, Sendable {
        case about = "What it is"
        case people = "Who may enter"
        case limits = "Limits"
        case contents = "Contents"
    }

    /// How its value is typed.
    enum Form: Sendable {
        case line(longest: Int)
        case lines(longest: Int)
        /// Names with commas between them.
        case names
        case tick
        case kinds
        case ways
        case environments
    }

    /// What somebody may change of an instance.
    enum Rank: Int, Comparable, Sendable {
        /// They manage it.
        case manager
        /// They manage it, and may make instances.
        case maker
        /// They run the hub.
        case admin

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// As in `carrel.yaml`; `material.repository` names a key inside another.
    let name: String
    let part: Part
    let form: Form
    /// The lowest rank that may change it.
    let rank: Rank
    let label: String
    let hint: String?
    let example: String?
    /// What a field shows of it; empty for nothing.
    let text: @Sendable (InstanceSettings) -> String
    /// Takes its value from some settings into others.
    let copy: @Sendable (_ from: InstanceSettings, _ to: inout InstanceSettings) -> Void

    init<Value>(
        _ name: String,
        _ part: Part,
        _ form: Form,
        _ rank: Rank,
        _ label: String,
        hint: String? = nil,
        example: String? = nil,
        _ property: any WritableKeyPath<InstanceSettings, Value> & Sendable,
        _ text: @escaping @Sendable (Value) -> String,
    ) {
        (self.name, self.part, self.form, self.rank) = (name, part, form, rank)
        (self.label, self.hint, self.example) = (label, hint, example)
        self.text = { text($0[keyPath: property]) }
        copy = { $1[keyPath: property] = $0[keyPath: property] }
    }

    /// The name as an id in a page.
    var id: String { name.replacing(".", with: "-") }

    /// Whether several values are typed, or ticked.
    var isList: Bool {
        switch form {
        case .names, .ways, .environments: true
        case .line, .lines, .tick, .kinds: false
        }
    }
}

extension InstanceKey {
    /// The keys that somebody of a rank may change.
    ///
    /// - Parameters:
    ///   - rank: theirs.
    ///   - settings: those of the instance now; nil for a new one.
    ///   - isUnused: whether nobody has a home or a place in it yet: only then it can become one of another kind.
    ///   - environments: how many there are to choose from.
    /// - Returns: in the order of the form.
    static func keys(
        for rank: Rank,
        of settings: InstanceSettings?,
        isUnused: Bool = true,
        environments: Int,
    ) -> [InstanceKey] {
        all.filter { key in
            guard key.rank <= rank else { return false }
            switch key.name {
            case "kind": return isUnused
            // The end of one that has one is moved on its own page.
            case "ends": return isUnused && settings?.kind != .temporary
            case "countdown", "grace": return settings == nil || settings?.kind == .temporary
            case "environments": return environments > 1 || settings?.environments.isEmpty == false
            case "material.repository", "material.branch": return settings?.material?.files == nil
            default: return true
            }
        }
    }
}
