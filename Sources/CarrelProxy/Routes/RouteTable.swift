/// Finds the route of a path: the longest prefix, segment by segment.
///
/// A tree over segments in which every step is one hash: the cost goes with the depth of the path, not with the number
/// of routes. Percent-encoding makes no difference (`%40` is `@`), except that an encoded slash never parts segments.
struct RouteTable: Sendable {
    private struct Node: Sendable {
        var children: [PathSegment: Int] = [:]
        var route: Route?
        var parent = 0
        var segment = PathSegment(text: "")
    }

    private var nodes = [Node()]
    private var freeNodes: [Int] = []
    private(set) var count = 0

    /// The route that answers for a path, or nil.
    ///
    /// `bytes`: hold the path, still percent-encoded, at `start..<end`, beginning with a slash.
    func lookUp(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Route? {
        walk(bytes, start, end) {}
    }

    /// Goes down the tree along a path; `step` is told of every look into a node.
    @inline(__always)
    private func walk(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ step: () -> Void) -> Route? {
        var node = 0
        var best = nodes[0].route
        var position = start
        while position < end {
            var segmentEnd = position + 1
            while segmentEnd < end, bytes[segmentEnd] != ByteRules.slash { segmentEnd &+= 1 }
            step()
            guard let segment = PathSegment(bytes, position + 1, segmentEnd),
                let child = nodes[node].children[segment]
            else { return best }
            node = child
            best = nodes[node].route ?? best
            position = segmentEnd
        }
        return best
    }

    /// The route that answers for a path, or nil.
    func lookUp(path: String) -> Route? {
        let bytes = Array(path.utf8)
        return lookUp(bytes.span, 0, bytes.count)
    }

    /// How many looks into the tree it takes to find the route of a path.
    func cost(path: String) -> Int {
        let bytes = Array(path.utf8)
        var steps = 0
        _ = walk(bytes.span, 0, bytes.count) { steps += 1 }
        return steps
    }

    /// The route with just this prefix.
    func route(at path: String) -> Route? {
        find(PathSegment.split(path)).flatMap { nodes[$0].route }
    }

    /// All routes, in no order.
    var routes: [Route] { nodes.compactMap(\.route) }

    /// Adds a route or replaces the one with the same prefix, whose counters are kept.
    ///
    /// `now`: in milliseconds since 1970; counts as activity.
    mutating func set(path: String, target: UpstreamTarget, data: [String: JSONValue], now: Int64) {
        let segments = PathSegment.split(path)
        var node = 0
        for segment in segments {
            node = nodes[node].children[segment] ?? addNode(segment, under: node)
        }
        let counters = nodes[node].route?.counters ?? RouteCounters(now: now)
        counters.touch(at: now)
        if nodes[node].route == nil { count += 1 }
        nodes[node].route = Route(
            path: "/" + segments.map(\.escaped).joined(separator: "/"),
            target: target,
            data: data,
            counters: counters
        )
    }

    /// Takes a route out; false if there was none.
    ///
    /// Tunnels that it opened stay open.
    mutating func remove(path: String) -> Bool {
        guard var node = find(PathSegment.split(path)), nodes[node].route != nil else { return false }
        nodes[node].route = nil
        count -= 1
        while node != 0, nodes[node].route == nil, nodes[node].children.isEmpty {
            let parent = nodes[node].parent
            nodes[parent].children[nodes[node].segment] = nil
            nodes[node] = Node()
            freeNodes.append(node)
            node = parent
        }
        return true
    }

    private func find(_ segments: [PathSegment]) -> Int? {
        var node = 0
        for segment in segments {
            guard let child = nodes[node].children[segment] else { return nil }
            node = child
        }
        return node
    }

    private mutating func addNode(_ segment: PathSegment, under parent: Int) -> Int {
        let node = Node(parent: parent, segment: segment)
        let index: Int
        if let free = freeNodes.popLast() {
            index = free
            nodes[index] = node
        } else {
            index = nodes.count
            nodes.append(node)
        }
        nodes[parent].children[segment] = index
        return index
    }
}

/// One part of a path, unescaped, compared byte by byte.
///
/// Not a plain `String`, for which `é` in one code point and in two are equal: two users could be.
struct PathSegment: Hashable, Sendable {
    let text: String

    init(text: String) {
        self.text = text
    }

    /// Unescapes a part of a path; nil if it is not UTF-8.
    init?(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
        var isPlain = true
        for index in start..<end where bytes[index] == ByteRules.percent || bytes[index] >= 0x80 {
            isPlain = false
            break
        }
        if isPlain {
            let part = bytes.extracting(start..<end)
            text = String(unsafeUninitializedCapacity: part.count) { room in
                for index in part.indices { room[index] = part[index] }
                return part.count
            }
            return
        }
        var encoded: [UInt8] = []
        for index in start..<end { encoded.append(bytes[index]) }
        guard let decoded = PercentCoding.decode(encoded) else { return nil }
        text = decoded
    }

    /// The segments of a route's path; slashes at either end don't count.
    static func split(_ path: String) -> [PathSegment] {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        while parts.first?.isEmpty == true { parts.removeFirst() }
        while parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { part in
            PathSegment(text: PercentCoding.decode(part.utf8) ?? String(part))
        }
    }

    /// The text with its own slashes kept apart from those between segments.
    var escaped: String {
        guard text.utf8.contains(ByteRules.slash) else { return text }
        return text.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "%2F")
    }

    static func == (left: PathSegment, right: PathSegment) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
