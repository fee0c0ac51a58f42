import Foundation

/// Who may start a server now, and who waits at which place.
///
/// Pure. Three limits: how many starts are under way at once, how many servers there are at all, and how many there are in
/// one room, which is an instance with a capacity of its own. Whoever is beyond them waits in the order in which they
/// asked; nobody is refused, and who waits for a full room doesn't block the others.
struct StartLine {
    /// An instance that has room for so many servers.
    struct Room: Hashable, Sendable {
        /// The instance's number.
        let id: Int64
        /// How many servers may start or run in it; at least 1.
        let capacity: Int

        init(id: Int64, capacity: Int) {
            self.id = id
            self.capacity = max(1, capacity)
        }
    }

    /// What a server waits for, and how many wait for the same before it.
    struct Wait: Hashable, Sendable {
        /// Counted from 1.
        let place: Int
        /// The full room that it waits for; nil when it is the machine that has no room.
        let room: Room?
    }

    /// How many servers may be starting at once; at least 1.
    var startsAtOnce: Int
    /// How many servers may run at once; at least 1.
    var capacity: Int

    /// Who waits, in the order in which they asked.
    private(set) var waiting: [Int64] = []
    private(set) var starting: Set<Int64> = []
    private(set) var running: Set<Int64> = []
    private var askedAt: [Int64: Date] = [:]
    private var roomIDs: [Int64: Int64] = [:]
    private var rooms: [Int64: Room] = [:]

    init(startsAtOnce: Int, capacity: Int) {
        self.startsAtOnce = max(1, startsAtOnce)
        self.capacity = max(1, capacity)
    }

    /// Whether a server holds a place among those that start or run.
    func holdsPlace(_ id: Int64) -> Bool {
        starting.contains(id) || running.contains(id)
    }

    /// The place among those who wait for the same thing, counted from 1; nil when the server doesn't wait.
    func place(of id: Int64) -> Int? {
        waits.first { $0.id == id }?.wait.place
    }

    /// What each server that waits waits for, in order.
    var waits: [(id: Int64, wait: Wait)] {
        var taken = takenRooms
        var inFront: [Room: Int] = [:]
        var forMachine = 0
        return waiting.map { id in
            if let room = room(of: id) {
                if taken[room.id, default: 0] >= room.capacity {
                    inFront[room, default: 0] += 1
                    return (id, Wait(place: inFront[room, default: 0], room: room))
                }
                taken[room.id, default: 0] += 1
            }
            forMachine += 1
            return (id, Wait(place: forMachine, room: nil))
        }
    }

    /// Joins the line behind those who asked earlier; whoever waits or holds a place already keeps it.
    ///
    /// - Parameters:
    ///   - id: the server.
    ///   - room: the room it needs a place in.
    ///   - date: when it was asked for; so a place outlives the hub.
    mutating func join(_ id: Int64, room: Room? = nil, askedAt date: Date = .distantFuture) {
        note(room, of: id)
        guard !holdsPlace(id), !waiting.contains(id) else { return }
        askedAt[id] = date
        let place = waiting.lastIndex { (askedAt[$0] ?? .distantPast) <= date }.map { $0 + 1 } ?? 0
        waiting.insert(id, at: place)
    }

    /// Takes in a server that was found at work when the hub came back, whatever the limits say.
    mutating func adopt(_ id: Int64, isReady: Bool, room: Room? = nil) {
        note(room, of: id)
        waiting.removeAll { $0 == id }
        if isReady {
            starting.remove(id)
            running.insert(id)
        } else if !running.contains(id) {
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
        askedAt[id] = nil
        roomIDs[id] = nil
    }

    /// Changes how much room instances have; one that isn't named has as much as the machine.
    mutating func setRooms(_ new: [Room]) {
        rooms = Dictionary(new.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Lets as many go ahead as the limits allow.
    ///
    /// - Returns: those who may start now, in order.
    mutating func admit() -> [Int64] {
        var admitted: [Int64] = []
        var taken = takenRooms
        for id in waiting {
            guard starting.count < startsAtOnce, starting.count + running.count < capacity else { break }
            if let room = room(of: id) {
                guard taken[room.id, default: 0] < room.capacity else { continue }
                taken[room.id, default: 0] += 1
            }
            starting.insert(id)
            admitted.append(id)
        }
        waiting.removeAll { starting.contains($0) }
        return admitted
    }

    // MARK: Rooms

    private mutating func note(_ room: Room?, of id: Int64) {
        guard let room else { return }
        roomIDs[id] = room.id
        rooms[room.id] = room
    }

    private func room(of id: Int64) -> Room? {
        roomIDs[id].flatMap { rooms[$0] }
    }

    /// How many places are taken in each room.
    private var takenRooms: [Int64: Int] {
        starting.union(running).reduce(into: [:]) { taken, id in
            if let room = roomIDs[id] { taken[room, default: 0] += 1 }
        }
    }
}
