import Synchronization

extension HomePacker {
    /// Begins an archive of several homes, each read by a process that runs as its owner, one after the other.
    ///
    /// What they read goes to a process of nobody's that puts it together; who has nothing there is listed in it.
    public func handIns(_ order: HandInOrder) throws(TakeoutError) -> ArchiveStream {
        let (output, end) = try Self.pipe()
        let (records, recordsEnd) = try Self.pipe()
        let packer = try startForNobody(
            PackOrder(source: .records, product: .archive(order.format)),
            source: records,
            output: end,
        )
        let reader = reader(of: output)
        let held = HeldOnce(recordsEnd)
        return ArchiveStream(
            run: { writer in
                do {
                    async let parts: Void = fill(held, order)
                    while let piece = try await reader.next() { try await writer(piece) }
                    do {
                        try await parts
                    } catch {
                        // A packer that failed is why nobody took the parts.
                        try await packer.finish(nil)
                        throw error
                    }
                    try await packer.finish(nil)
                } catch {
                    await packer.kill()
                    throw error
                }
            },
            progress: { packer.progress },
        )
    }

    /// Has each home read in turn, then closes the pipe.
    private func fill(_ held: HeldOnce, _ order: HandInOrder) async throws {
        guard let records = held.taken() else { throw TakeoutError.failed(reason: "it was sent already") }
        var missing: [String] = []
        for (part, folder) in order.places {
            do {
                let pack = PackOrder(
                    source: .home(
                        path: order.path.names.joined(separator: "/"),
                        folder: folder,
                        leavesCachesOut: false,
                    ),
                    product: .records(order.format),
                )
                try await start(pack, in: part.home, output: records).finish(nil)
            } catch {
                switch error {
                case .noHome, .notFound: missing.append(part.label)
                case .badPath: missing.append("\(part.label) (it isn't a file or folder there, or behind a link)")
                case .notAllowed: missing.append("\(part.label) (it can't be read with their rights)")
                default: throw error
                }
            }
        }
        guard let text = HandInOrder.missingText(missing, path: order.path) else { return }
        let name = "\(HandInOrder.fileName(order.folder))/MISSING.txt"
        let last = PackOrder(source: .text(name: name, text: text), product: .records(order.format))
        try await startForNobody(last, source: try Self.nothing(), output: records).finish(nil)
    }
}

/// A descriptor for one who takes it; with them it goes.
private final class HeldOnce: Sendable {
    private let held: Mutex<Descriptor?>

    init(_ descriptor: Descriptor) { held = Mutex(descriptor) }

    func taken() -> Descriptor? {
        held.withLock { held in
            defer { held = nil }
            return held
        }
    }
}
