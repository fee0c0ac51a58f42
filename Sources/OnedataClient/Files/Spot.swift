/// A place in a space: what a path leads to, there or not.
struct Spot: Sendable {
    let space: OnedataSpace
    /// Below the space; none if it is the space itself.
    let names: [String]

    /// What names of files begin with that a write has put beside another.
    static let unfinished = ".onedata-unfinished-"

    /// A place of that name in the same folder.
    func beside(_ name: String) -> Spot {
        Spot(space: space, names: names.dropLast() + [name])
    }

    /// A place in the same folder that nobody else uses.
    func unused() -> Spot {
        beside(Self.unfinished + String(UInt64.random(in: .min ... .max), radix: 36))
    }
}

extension OnedataClient {
    /// What a path leads to.
    ///
    /// - Throws: ``OnedataError/notFound`` if there is no such space; nil is the top.
    func spot(_ path: OnedataPath) async throws(OnedataError) -> Spot? {
        guard let folder = path.names.first else { return nil }
        let space = try await spaces().first { $0.folder.utf8.elementsEqual(folder.utf8) }
        guard let space else { throw .notFound }
        return Spot(space: space, names: Array(path.names.dropFirst()))
    }

    /// As ``spot(_:)``, of something that can be made, changed or removed: it is in a space, not one itself.
    func changeableSpot(_ path: OnedataPath) async throws(OnedataError) -> Spot {
        guard path.names.count > 1, let spot = try await spot(path) else { throw .forbidden }
        return spot
    }
}
