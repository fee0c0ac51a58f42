import CFiles
import Glibc

/// An archive on its way to somebody; nothing of it is on the disk.
public struct ArchiveStream: Sendable {
    /// Takes the next piece, and returns when it may have another.
    public typealias Writer = (_ piece: [UInt8]) async throws -> Void

    private let run: @Sendable (Writer) async throws -> Void
    private let look: @Sendable () -> TakeoutProgress

    /// Makes one of two functions: what writes all of it, and what says how far it is.
    public init(
        run: @escaping @Sendable (Writer) async throws -> Void,
        progress: @escaping @Sendable () -> TakeoutProgress,
    ) {
        self.run = run
        look = progress
    }

    /// How far it is.
    public var progress: TakeoutProgress { look() }

    /// Sends all of it, as fast as it is taken.
    ///
    /// - Parameter writer: takes the pieces, in order; when it throws, or the task is cancelled, the archive is given up and
    ///   no process is left.
    /// - Throws: what the writer threw, or ``TakeoutError`` when the archive can't be finished: what was sent is no archive.
    public func send(to writer: Writer) async throws { try await run(writer) }
}

/// The reading end of a pipe, read without a thread that waits.
struct PipeReader: Sendable {
    private static let pieceSize = 256 << 10

    private let file: Descriptor
    private let reactor: Reactor

    init(_ file: Descriptor, _ reactor: Reactor) {
        self.file = file
        self.reactor = reactor
        _ = fcntl(file.number, F_SETFL, O_NONBLOCK)
        // Larger than a pipe usually is, so that both sides change places less often.
        carrel_widen_pipe(file.number, Int32(Self.pieceSize))
    }

    /// The next bytes; nil at the end.
    func next() async throws -> [UInt8]? {
        while true {
            var number: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
                let got = read(file.number, buffer.baseAddress, buffer.count)
                number = got < 0 ? errno : 0
                count = max(0, got)
            }
            if !piece.isEmpty { return piece }
            switch number {
            case 0: return nil
            case EINTR: continue
            case EAGAIN: try await reactor.readable(file)
            default: throw SystemFailure(call: "read", path: nil, number: number)
            }
        }
    }
}
