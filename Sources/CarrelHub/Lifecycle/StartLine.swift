/// Who may start a server now, and who waits at which place.
///
/// Pure. Two limits: how many starts are under way at once, and how many servers there are at all. Whoever is beyond them waits
/// in the order in which they asked; nobody is refused.
struct StartLine {
    /// How many servers may be starting at once; at least 1.
    var startsAtOnce: Int
    /// How many servers may run at once; at least 1.
    var capacity: Int

    private(set) var waiting: [Int64] = []
    private(set) var starting: Set<Int64> = []
    private(set) var running: Set<Int64> = []

    init(startsAtOnce: Int, capacity: Int) {
        self.startsAtOnce = max(1, startsAtOnce)
        self.capacity = max(1, capacity)
    }

    /// Whether a server holds a place among those that start or run.
    func holdsPlace(_ id: Int64) -> Bool {
        starting.contains(id) || running.contains(id)
    }

    /// The place in the line, counted from 1; nil when the server doesn't wait.
    func place(of id: Int64) -> Int? {
        waiting.firstIndex(of: id).map { $0 + 1 }
    }

    /// Joins the end of the line; whoever waits or holds a place already keeps it.
    mutating func join(_ id: Int64) {
        guard !holdsPlace(id), !waiting.contains(id) else { return }
        waiting.append(id)
    }

    /// Takes in a server that was found at work when the hub came back, whatever the limits say.
    mutating func adopt(_ id: Int64, isReady: Bool) {
        waiting.removeAll { $0 == id }
        if isReady {
            starting.remove(id)
            running.insert(id)
        } else {
            starting.insert(id)
        }
    }

    /// Notes that a start is over and the server runs.
    mutating func started(_ id: Int64) {
        guard starting.remove(id) != nil else { return }
        running.insert(id)
    }

    /// Gives up the place, wherever it is.
    mutating func leave(_ id: Int64) {
        waiting.removeAll { $0 == id }
        starting.remove(id)
        running.remove(id)
    }

    /// Lets as many go ahead as the limits allow.
    ///
    /// - Returns: those who may start now, in order.
    mutating func admit() -> [Int64] {
        var admitted: [Int64] = []
        while let first = waiting.first, starting.count < startsAtOnce, starting.count + running.count < capacity {
            waiting.removeFirst()
            starting.insert(first)
            admitted.append(first)
        }
        return admitted
    }
}
