import HTTPTypes
import NIOCore

extension GatewayMethods {
    /// PUT: makes or replaces a file.
    func put(_ call: GatewayCall) async throws -> GatewayStep {
        memory.versions(of: call.caller) { $0.begin(call.path) }
        do {
            let take = try await writing(call)
            return .take {
                do {
                    let answer = try await take()
                    memory.versions(of: call.caller) { $0.finish(call.path) }
                    return answer
                } catch {
                    let isRefused = error as? DataFault != .bodyFailed && !Task.isCancelled
                    failed(call.path, of: call.caller, isRefused: isRefused)
                    throw error
                }
            }
        } catch {
            failed(call.path, of: call.caller)
            throw error
        }
    }

    /// A file wasn't written, because that was refused or else the caller broke off.
    func failed(_ path: DataPath, of caller: GatewayCaller, isRefused: Bool = true) {
        memory.versions(of: caller) { $0.fail(path, isRefused: isRefused, now: now()) }
    }

    /// Looks whether a file may be written, and gives what takes its bytes.
    private func writing(_ call: GatewayCall) async throws -> @Sendable () async throws -> GatewayAnswer {
        guard call.headers[.contentRange] == nil else {
            throw GatewayRefusal(.badRequest, "partialWrite", "A part of a file can't be written alone.")
        }
        guard !call.hasSlash, call.path != .root else { throw DataFault.notAFile }
        let place = try call.tree.changeable(call.path)
        let present = try await call.tree.entryIfAny(at: call.path)
        if present?.isFolder ?? false { throw DataFault.notAFile }
        let conditions = GatewayConditions(call.headers)
        guard conditions.verdict(for: present, isReading: false) == .holds else {
            throw GatewayRefusal.preconditionFailed
        }
        try await admit(call, [LockTable.Change(path: call.path, changesFolder: present == nil)])
        let modified = Self.modified(call.headers[.ocModified])
        let write: @Sendable (DataPath, DataCondition) async throws(DataFault) -> DataEntry = {
            path,
            condition throws(DataFault) in
            let body = DataBody(size: call.size, CountedBody(body: call.body, size: call.size))
            return try await place.store.write(body, to: path, if: condition, modified: modified)
        }
        return {
            var headers: HTTPFields = [:]
            if modified != nil, place.store.abilities.keepsTimes { headers[.ocModified] = "accepted" }
            switch plan(call, present, conditions) {
            case .keepBoth:
                let copy = try await freeName(beside: call.path, call)
                let entry = try await write(DataPath(Array(copy.names.dropFirst())), .isNew)
                keptBoth(call, call.path, copy, entry.version)
                return GatewayAnswer(status: .created, headers: headers)
            case .write(let condition):
                let entry: DataEntry
                do {
                    entry = try await write(place.path, condition)
                } catch let fault as DataFault {
                    if fault == .unclear || fault == .interrupted {
                        memory.versions(of: call.caller) { $0.doubt(call.path) }
                    }
                    throw fault
                }
                memory.versions(of: call.caller) { $0.hold(call.path, entry.version) }
                headers[.eTag] = EntityTag.of(entry)
                return GatewayAnswer(status: present == nil ? .created : .noContent, headers: headers)
            }
        }
    }

    /// MKCOL: makes a folder.
    func makeFolder(_ call: GatewayCall) async throws -> GatewayAnswer {
        guard !call.hasBody else {
            throw GatewayRefusal(.unsupportedMediaType, "bodyOfFolder", "A folder is made without a body.")
        }
        guard call.path.names.count > 1 else {
            _ = try call.tree.place(of: call.path)
            throw GatewayRefusal(DataFault.alreadyThere, isMakingFolder: true)
        }
        let place = try call.tree.changeable(call.path)
        try await admit(call, [LockTable.Change(path: call.path, changesFolder: true)])
        do {
            try await place.store.makeFolder(at: place.path)
        } catch {
            throw GatewayRefusal(error == .notFound ? .noParent : error, isMakingFolder: true)
        }
        return GatewayAnswer(status: .created)
    }

    /// DELETE: removes a file or folder.
    func delete(_ call: GatewayCall) async throws -> GatewayAnswer {
        guard try await !isOfRemains(call) else { throw DataFault.changed }
        let place = try call.tree.changeable(call.path)
        let conditions = GatewayConditions(call.headers)
        if !conditions.isEmpty {
            let present = try await call.tree.entry(at: call.path)
            guard conditions.verdict(for: present, isReading: false) == .holds else {
                throw GatewayRefusal.preconditionFailed
            }
        }
        try await admit(call, [LockTable.Change(path: call.path, isDeep: true, changesFolder: true)])
        // A mount that doubts whether what it wrote has arrived would remove what somebody else wrote.
        guard settledCopy(of: call.path, call) == nil else { throw DataFault.changed }
        try await place.store.remove(place.path)
        memory.forget(call.path, of: call.caller)
        return GatewayAnswer(status: .noContent)
    }

    /// Whether a mount removes what its write has left, for which it takes what was there before, or what somebody else wrote.
    private func isOfRemains(_ call: GatewayCall) async throws(DataFault) -> Bool {
        let remains = memory.versions(of: call.caller) { $0.remains(of: call.path, now: now()) } ?? nil
        switch remains {
        case .certain?: return true
        case .doubtful?:
            let present = try await call.tree.entryIfAny(at: call.path)
            return memory.versions(of: call.caller) { $0.plan(call.path, present: present) } == .keepBoth
        case nil: return false
        }
    }

    // MARK: - Both versions kept

    /// How to write a file, given what is there.
    private func plan(
        _ call: GatewayCall,
        _ present: DataEntry?,
        _ conditions: GatewayConditions,
    ) -> VersionMemory.Plan {
        if conditions.asksForNew { return .write(.isNew) }
        if conditions.bindsVersion { return .write(present?.version.map(DataCondition.version) ?? .none) }
        return memory.versions(of: call.caller) { $0.plan(call.path, present: present) } ?? .write(.none)
    }

    /// Where what a mount wrote last to a path was put instead; nil when it is there.
    func settledCopy(of path: DataPath, _ call: GatewayCall) -> DataPath? {
        memory.versions(of: call.caller) { $0.copy(of: path, at: now()) } ?? nil
    }

    /// A path beside a file for a mount's version of it.
    ///
    /// - Throws: ``DataFault``.
    func freeName(beside path: DataPath, _ call: GatewayCall) async throws(DataFault) -> DataPath {
        guard let folder = path.parent, let name = path.last, let mount = call.caller.mount else { throw .changed }
        for number in 1...20 {
            guard let other = ConflictName.make(name, mount: mount, at: now(), number: number) else { break }
            let copy = folder.appending(other)
            if try await call.tree.entryIfAny(at: copy) == nil { return copy }
        }
        throw .changed
    }

    /// Notes that a mount's version was put beside a file.
    func keptBoth(_ call: GatewayCall, _ path: DataPath, _ copy: DataPath, _ version: DataVersion?) {
        let time = now()
        memory.versions(of: call.caller) { $0.keptBoth(path, at: copy, version, now: time) }
        let conflict = GatewayConflict(path: path, copy: copy, mount: call.caller.mount ?? "", time: time)
        memory.note(conflict, of: call.caller.id)
    }

    /// The time in a field of ownCloud's, in seconds since 1970.
    private static func modified(_ field: String?) -> DataTime? {
        guard let seconds = field.flatMap({ Double($0) }), seconds.isFinite, abs(seconds) < 9e9 else { return nil }
        return DataTime(nanoseconds: Int64((seconds * 1e6).rounded()) * 1000)
    }
}
