import Foundation
import NIOCore
import Synchronization

@testable import CarrelData

/// A store in memory, with faults on demand.
final class MemoryStore: DataStore {
    /// What can be asked of a store.
    enum Work: Hashable {
        case entry, entries, read, write, makeFolder, move, remove, quota
    }

    private enum Node {
        case folder
        case file(ByteBuffer, DataTime, Int)
    }

    private struct State {
        var nodes: [DataPath: Node] = [.root: .folder]
        var last = 0
        var faults: [Work: DataFault] = [:]
        var faultyPaths: [DataPath: DataFault] = [:]
        var isWritable = true
        var asked: [Work] = []
    }

    private let state = Mutex(State())

    var abilities: DataAbilities {
        DataAbilities(isWritable: state.withLock(\.isWritable), keepsTimes: true, tellsVersions: true)
    }

    /// What was asked for.
    var asked: [Work] { state.withLock(\.asked) }

    /// Has one kind of work fail, or go well again.
    func fail(_ work: Work, _ fault: DataFault?) { state.withLock { $0.faults[work] = fault } }

    /// Has reading and writing of one path fail.
    func fail(at path: String, _ fault: DataFault?) throws {
        let path = try self.path(path)
        state.withLock { $0.faultyPaths[path] = fault }
    }

    /// Puts a file there, with the folders above it; somebody else's doing.
    func put(_ path: String, _ text: String) throws {
        let path = try self.path(path)
        state.withLock { state in
            for count in 0..<path.names.count { state.nodes[DataPath(Array(path.names.prefix(count)))] = .folder }
            Self.set(&state, path, ByteBuffer(string: text), nil)
        }
    }

    /// Makes a folder.
    func folder(_ path: String) throws {
        let path = try self.path(path)
        state.withLock { $0.nodes[path] = .folder }
    }

    /// A file's text; nil when there is none.
    func text(_ path: String) throws -> String? {
        let path = try self.path(path)
        return state.withLock {
            if case .file(let bytes, _, _)? = $0.nodes[path] { String(buffer: bytes) } else { nil }
        }
    }

    /// All paths but the root, sorted.
    var paths: [String] { state.withLock { $0.nodes.keys.filter { $0 != .root }.map(\.description).sorted() } }

    func check() async -> ConnectionState { .connected }

    func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        try work(.entry, path) { state in
            guard let node = state.nodes[path] else { throw DataFault.notFound }
            return Self.entry(path, node)
        }
    }

    func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        let entries = try work(.entries, folder) { state in
            try Self.mustBeFolder(state.nodes[folder], .notFound)
            return state.nodes.filter { $0.key.parent == folder }.map(Self.entry)
                .sorted { $0.name?.description ?? "" < $1.name?.description ?? "" }
        }
        return DataListing {
            var rest = entries[...]
            return {
                guard !rest.isEmpty else { return nil }
                defer { rest = rest.dropFirst(1000) }
                return Array(rest.prefix(1000))
            }
        }
    }

    func read(_ file: DataPath, _ range: DataRange, of version: DataVersion?) async throws(DataFault) -> DataContent {
        try work(.read, file) { state in
            guard let node = state.nodes[file] else { throw DataFault.notFound }
            guard case .file(var bytes, _, _) = node else { throw DataFault.notAFile }
            let entry = Self.entry(file, node)
            if let version, version != entry.version { throw DataFault.changed }
            let size = bytes.readableBytes
            let part: Range<Int>
            switch range {
            case .all: part = 0..<size
            case .from(let first): part = Int(clamping: first)..<max(size, Int(clamping: first))
            case .last(let count): part = max(0, size - Int(clamping: count))..<size
            case .bytes(let bytes):
                part =
                    Int(
                        clamping: bytes.lowerBound
                    )..<max(Int(clamping: bytes.lowerBound), min(size, Int(clamping: bytes.upperBound)))
            }
            guard part.lowerBound < size || range == .all else { throw DataFault.rangeOutside(size: Int64(size)) }
            bytes.moveReaderIndex(forwardBy: part.lowerBound)
            let body = bytes.readSlice(length: part.count) ?? ByteBuffer()
            return DataContent(entry: entry, first: Int64(part.lowerBound), body: DataBody(body))
        }
    }

    func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        try work(.write, file) { try Self.mayWrite(&$0, file, condition) }
        var bytes = ByteBuffer()
        do {
            for try await var piece in body { bytes.writeBuffer(&piece) }
        } catch {
            throw error as? DataFault ?? .bodyFailed
        }
        return try work(nil, file) { state in
            try Self.mayWrite(&state, file, condition)
            return Self.set(&state, file, bytes, modified)
        }
    }

    func makeFolder(at path: DataPath) async throws(DataFault) {
        try work(.makeFolder, path) { state in
            guard state.nodes[path] == nil else { throw DataFault.alreadyThere }
            try Self.mustBeFolder(path.parent.flatMap { state.nodes[$0] }, .noParent)
            state.nodes[path] = .folder
        }
    }

    func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        try work(.move, source) { state in
            guard state.nodes[source] != nil else { throw DataFault.notFound }
            try Self.mustBeFolder(target.parent.flatMap { state.nodes[$0] }, .noParent)
            guard state.nodes[target] == nil || replaces else { throw DataFault.alreadyThere }
            guard !target.isIn(source), !source.isIn(target) else { throw DataFault.intoItself }
            let moved = state.nodes.filter { $0.key.isIn(source) }
            state.nodes = state.nodes.filter { !$0.key.isIn(source) && !$0.key.isIn(target) }
            for (path, node) in moved { state.nodes[path.moved(from: source, to: target)] = node }
        }
    }

    func remove(_ path: DataPath) async throws(DataFault) {
        try work(.remove, path) { state in
            guard state.nodes[path] != nil else { throw DataFault.notFound }
            state.nodes = state.nodes.filter { !$0.key.isIn(path) }
        }
    }

    func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        try work(.quota, folder) { _ in DataQuota(used: 1234, available: 5678) }
    }

    // MARK: - Inside

    private func path(_ text: String) throws -> DataPath {
        guard let path = DataPath(text) else { throw DataFault.unfitName }
        return path
    }

    private func work<Result: Sendable>(
        _ work: Work?,
        _ path: DataPath,
        _ body: (inout State) throws -> Result,
    ) throws(DataFault) -> Result {
        do {
            return try state.withLock { state in
                if let work { state.asked.append(work) }
                if let fault = work.flatMap({ state.faults[$0] }) ?? state.faultyPaths[path] { throw fault }
                return try body(&state)
            }
        } catch {
            throw error as? DataFault ?? .failed("\(error)")
        }
    }

    private static func mustBeFolder(_ node: Node?, _ fault: DataFault) throws {
        switch node {
        case .folder: return
        case .file: throw DataFault.notAFolder
        case nil: throw fault
        }
    }

    private static func mayWrite(_ state: inout State, _ file: DataPath, _ condition: DataCondition) throws {
        try mustBeFolder(file.parent.flatMap { state.nodes[$0] }, .noParent)
        let node = state.nodes[file]
        if case .folder? = node { throw DataFault.notAFile }
        switch condition {
        case .none: return
        case .isNew: guard node == nil else { throw DataFault.changed }
        case .version(let version):
            guard let node, entry(file, node).version == version else { throw DataFault.changed }
        }
    }

    @discardableResult
    private static func set(
        _ state: inout State,
        _ path: DataPath,
        _ bytes: ByteBuffer,
        _ modified: DataTime?,
    ) -> DataEntry {
        state.last += 1
        let node = Node.file(bytes, modified ?? DataTime(nanoseconds: 1_700_000_000_000_000_000), state.last)
        state.nodes[path] = node
        return entry(path, node)
    }

    private static func entry(_ path: DataPath, _ node: Node) -> DataEntry {
        switch node {
        case .folder: DataEntry(name: path.last, kind: .folder)
        case .file(let bytes, let time, let number):
            DataEntry(
                name: path.last,
                kind: .file(size: Int64(bytes.readableBytes)),
                modified: time,
                version: DataVersion("v\(number)")
            )
        }
    }
}
