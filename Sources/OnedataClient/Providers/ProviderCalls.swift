import NIOHTTP1

/// The calls to one provider.
struct ProviderCalls: Sendable {
    let id: String
    let place: ServicePlace
    let calls: ServiceCalls

    /// The call's base (section “Oneprovider data calls” of Onedata's REST API, version 3).
    static let base = "/api/v3/oneprovider"

    init(_ provider: ProviderChoice.Candidate, _ calls: ServiceCalls, isLast: Bool = true) {
        id = provider.id
        place = provider.place
        var calls = calls
        calls.rule.waits = isLast
        self.calls = calls
    }

    func attempt(_ call: ServiceCall) async throws(CallFailure) -> ServiceAnswer {
        try await calls.attempt(call, at: place)
    }

    func json<Value: Decodable>(_ call: ServiceCall, _: Value.Type) async throws(CallFailure) -> Value {
        let answer = try await attempt(call)
        do throws(OnedataError) {
            return try answer.json(Value.self)
        } catch {
            throw CallFailure(error)
        }
    }

    /// The id of what is at a path; of a space itself, the space's.
    func lookUp(_ spot: Spot) async throws(CallFailure) -> String {
        guard !spot.names.isEmpty else { return spot.space.id }
        let path = "\(Self.base)/lookup-file-id/\(PercentCoding.encode([spot.space.fullName] + spot.names))"
        // An empty body, and done as often as one likes.
        let found = try await json(ServiceCall(.POST, path, isSafe: true), FoundFile.self)
        guard found.isFit, found.fileId != spot.space.id else {
            throw CallFailure(.nonsense(place.service, .notJSON(member: "fileId")))
        }
        return found.fileId
    }

    /// The attributes of a file.
    func attributes(of id: String) async throws(CallFailure) -> FileAttributes {
        let call = ServiceCall(.GET, Self.data(id), json: FileAttributes.wanted)
        return try await json(call, FileAttributes.self)
    }

    /// Makes an empty file or a folder, and returns its id.
    func make(_ type: String, _ spot: Spot) async throws(CallFailure) -> String {
        let path = "\(Self.data(spot.space.id))/path/\(PercentCoding.encode(spot.names))"
        var call = ServiceCall(.PUT, "\(path)?type=\(type)&create_parents=false", isSafe: false)
        call.body = nil
        let made = try await json(call, FoundFile.self)
        guard made.isFit else { throw CallFailure(.nonsense(place.service, .notJSON(member: "fileId"))) }
        return made.fileId
    }

    /// Removes a file, or a folder with all in it.
    func delete(_ id: String) async throws(CallFailure) {
        _ = try await attempt(ServiceCall(.DELETE, Self.data(id)))
    }

    /// Renames through CDMI, for REST can't; the path in the body isn't encoded.
    func rename(_ from: Spot, _ to: Spot) async throws(CallFailure) {
        let path = "/cdmi/\(PercentCoding.encode([to.space.fullName] + to.names))"
        let source = ([from.space.fullName] + from.names).joined(separator: "/")
        let body: ServiceCall
        do throws(OnedataError) {
            body = ServiceCall(.PUT, path, json: try ServiceCall.body(["move": source]))
        } catch {
            throw CallFailure(error)
        }
        var call = body
        call.headers = [
            "X-CDMI-Specification-Version": "1.1.1",
            "Content-Type": "application/cdmi-object",
        ]
        _ = try await attempt(call)
    }

    /// Where what is known about a file is.
    static func data(_ id: String) -> String {
        "\(base)/data/\(PercentCoding.encode(id))"
    }
}

private struct FoundFile: Decodable {
    let fileId: String

    /// Whether it can be an id of Onedata's; those are hexadecimal, and a few hundred bytes long.
    var isFit: Bool {
        (1...2048).contains(fileId.utf8.count) && fileId.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x2f }
    }
}
