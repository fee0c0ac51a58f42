/// What follows from a person's entitlements: the names of all rules of which one pattern matches.
///
/// A name is whatever the caller decides by: an instance to be let into, a group to be in, a role to have.
public struct EntitlementRules: Sendable {
    /// The most values of the claim that are looked at.
    public static let mostValues = 5000

    /// Patterns of which any one is enough.
    public struct Rule: Sendable, Equatable {
        /// What follows.
        public let name: String
        /// Which entitlements it follows from.
        public let patterns: [EntitlementPattern]

        /// Makes a rule; without patterns it never matches.
        public init(_ name: String, anyOf patterns: [EntitlementPattern]) {
            self.name = name
            self.patterns = patterns
        }
    }

    /// What came of a claim.
    public struct Outcome: Sendable, Equatable {
        /// The names that matched, each once, in the order in which the identity provider gave the entitlements that did.
        ///
        /// The first is the primary one (reference `egi.md` 1.9). Rules that one entitlement matches keep their own order.
        public let names: [String]
        /// How many values were no entitlements of groups, by fault, for the log.
        ///
        /// Providers send other kinds too (``EntitlementFault/noGroup``, ``EntitlementFault/notAURN``): these are no mistake.
        public let ignored: [EntitlementFault: Int]
    }

    /// The namespace and the virtual organisation of a pattern or an entitlement: patterns are looked up by them.
    private struct Head: Hashable {
        let namespace: EntitlementNamespace
        let organisation: String
    }

    private let names: [String]
    private let patterns: [Head: [(pattern: EntitlementPattern, rule: Int)]]

    /// Makes rules.
    ///
    /// - Parameter rules: in the order of the configuration; several of one name are as one.
    public init(_ rules: [Rule]) {
        names = rules.map(\.name)
        var patterns: [Head: [(pattern: EntitlementPattern, rule: Int)]] = [:]
        for (index, rule) in rules.enumerated() {
            for pattern in rule.patterns {
                let head = Head(namespace: pattern.namespace, organisation: pattern.organisation)
                patterns[head, default: []].append((pattern, index))
            }
        }
        self.patterns = patterns
    }

    /// Looks at a claim.
    ///
    /// - Parameter values: the claim's texts in the provider's order; what isn't an entitlement of a group is ignored and counted.
    /// - Returns: the names that matched, and what was ignored.
    /// - Throws: ``EntitlementError/tooMany(count:)`` or ``EntitlementError/tooLong(bytes:)``. Nothing is cut off: who
    ///   has lost a membership and who has one too many must not look alike.
    public func outcome(of values: [String]) throws(EntitlementError) -> Outcome {
        guard values.count <= Self.mostValues else { throw .tooMany(count: values.count) }
        var matched: [String] = []
        var seen: Set<String> = []
        var ignored: [EntitlementFault: Int] = [:]
        for value in values {
            guard value.utf8.count <= Entitlement.maximumBytes else {
                throw .tooLong(bytes: value.utf8.count)
            }
            do throws(EntitlementFault) {
                for name in names(for: try Entitlement(value)) where seen.insert(name).inserted { matched.append(name) }
            } catch {
                ignored[error, default: 0] += 1
            }
        }
        return Outcome(names: matched, ignored: ignored)
    }

    private func names(for entitlement: Entitlement) -> [String] {
        let head = Head(namespace: entitlement.namespace, organisation: entitlement.groups[0])
        return (patterns[head] ?? []).filter { $0.pattern.matches(entitlement) }.map { names[$0.rule] }
    }
}
