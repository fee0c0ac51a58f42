import CFiles
import Glibc
import NIOCore

extension LocalStore {
    private static let pieceSize = 256 << 10
    /// So many bytes may wait to be written to the disk.
    private static let mostUnwritten: Int64 = 64 << 20

    /// Makes or replaces a file; see ``DataStore``.
    ///
    /// A file that is replaced hands its mode and group on. A link that stays inside leads the write to its target.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        guard !file.names.isEmpty else { throw .notAFile }
        try checkChange(of: file)
        let (mask, workers, nameless) = (mask, workers, triesNameless)
        let draft = try await perform { root throws(DataFault) in
            let target = try root.target(of: file)
            workers.sweeps.sweep(target.folder.found, target.folder.facts)
            return try LocalDraft(for: target, if: condition, below: root.facts, mask: mask, nameless: nameless)
        }
        do {
            try await fill(draft, with: body)
            var entry = try await perform { root throws(DataFault) in
                try draft.place(if: condition, modified: modified, in: root, by: workers)
            }
            entry.name = file.last
            return entry
        } catch {
            draft.giveUp()
            // Its folder is open still, whatever became of the store's.
            _ = try? await workers.run(as: account, of: owner, opening: { draft }) { $0.discard() }
            throw error
        }
    }

    private func fill(_ draft: LocalDraft, with body: DataBody) async throws(DataFault) {
        var waiting = ByteBuffer()
        var count: Int64 = 0
        var written: Int64 = 0
        var pieces = body.makeAsyncIterator()
        while var piece = try await Self.next(&pieces) {
            count += Int64(piece.readableBytes)
            if let size = body.size, count > size { throw .bodyFailed }
            waiting.writeBuffer(&piece)
            while let full = waiting.readSlice(length: Self.pieceSize) { try await append(full, to: draft) }
            waiting.discardReadBytes()
            if count - written >= Self.mostUnwritten {
                try await workers.run(as: account, of: owner, opening: { draft }) { draft throws(DataFault) in
                    try draft.flush()
                }
                written = count
            }
        }
        if let size = body.size, count < size { throw .bodyFailed }
        if waiting.readableBytes > 0 { try await append(waiting, to: draft) }
    }

    private func append(_ bytes: ByteBuffer, to draft: LocalDraft) async throws(DataFault) {
        guard !Task.isCancelled else { throw .cancelled }
        try await workers.run(as: account, of: owner, opening: { draft }) { draft throws(DataFault) in
            try draft.append(bytes)
        }
    }

    private static func next(_ pieces: inout DataBody.AsyncIterator) async throws(DataFault) -> ByteBuffer? {
        do {
            return try await pieces.next()
        } catch let fault as DataFault {
            throw fault
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .bodyFailed
        }
    }
}

extension LocalRoot {
    /// Makes a folder; a path's last name is its name.
    func makeFolder(_ name: DataName, at path: DataPath, mask: mode_t) throws(DataFault) {
        let parent = try parent(of: path)
        carrel_identity_mask(mask)
        guard mkdirat(parent.found.number, name.terminated, 0o777) == 0 else { throw DataFault(system: errno).ofParent }
    }
}
