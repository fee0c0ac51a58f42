import Glibc

/// Standard output of a helper: counted, and no larger than it may be.
final class PackOutput {
    private let meter: PackMeter
    private let most: Int64?
    /// Why writing failed, if it did.
    private(set) var failure: PackFailure?

    init(meter: PackMeter, most: Int64?) {
        self.meter = meter
        self.most = most
    }

    /// Writes all of it; false when that can't be.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if let most, meter.now.written + Int64(bytes.count) > most {
            failure = .tooLarge
            return false
        }
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(1, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                failure =
                    switch errno {
                    case ENOSPC, EDQUOT, EFBIG: .noRoom
                    case EPIPE: .unwanted
                    default: .failed("the archive can't be written: \(String(cString: strerror(errno)))")
                    }
                return false
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            meter.now.written += Int64(count)
        }
        return true
    }
}
