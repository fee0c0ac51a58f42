/// Finds what somebody meant who mistyped a key.
enum Suggestion {
    /// “one of a, b, c; did you mean “a”?”, for an unknown key.
    ///
    /// - Parameters:
    ///   - name: the unknown key.
    ///   - known: the keys of the section.
    ///   - path: the section; when the key is one of another section, that one is named.
    /// - Returns: what completes “expected …”.
    static func sentence(for name: String, among known: [String], in path: String) -> String {
        let all = "one of " + known.joined(separator: ", ")
        if let close = closest(to: name, among: known) { return all + "; did you mean “\(close)”?" }
        let elsewhere = Configuration.documents.flatMap { section in
            section.members.map { section.name + "." + $0.name }
        }
        if let other = elsewhere.first(where: { $0.hasSuffix("." + name) }) {
            return all + "; did you mean “\(other)”?"
        }
        return all
    }

    /// The word that differs least from `name`; nil when none is near.
    static func closest(to name: String, among words: [String]) -> String? {
        guard name.count <= 40 else { return nil }
        let typed = name.lowercased().filter { $0 != "-" && $0 != "_" }
        let near = words.map { (word: $0, distance: distance(typed, $0.lowercased())) }
        guard let best = near.min(by: { $0.distance < $1.distance }), best.distance <= max(1, min(3, name.count / 3))
        else { return nil }
        return best.word
    }

    /// How many letters must be put in, taken out, changed or swapped with their neighbour.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var next = [row + 1]
            for column in right.indices {
                let change = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(change, last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, before[column - 1] + 1)
                }
                next.append(best)
            }
            (before, last) = (last, next)
        }
        return last[right.count]
    }
}
