import Glibc

extension DataFault {
    /// What the failure of a system call means for the one who asked.
    init(system number: Int32) {
        self =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            case EEXIST, ENOTEMPTY: .alreadyThere
            case EISDIR: .notAFile
            case EACCES, EPERM, ELOOP, EXDEV, EBUSY: .forbidden
            case EROFS: .readOnly
            case EDQUOT, ENOSPC: .overQuota
            case EFBIG, EOVERFLOW: .tooLarge
            case ENAMETOOLONG, EILSEQ: .unfitName
            case EWOULDBLOCK, ETXTBSY: .locked
            case EMFILE, ENFILE, ENOMEM: .unusable(.busy())
            case ENOTCONN, EHOSTDOWN, EHOSTUNREACH, ETIMEDOUT, ESTALE, ENODEV: .unusable(.offline)
            default: .failed("The file system of this machine refused it (\(String(cString: strerror(number)))).")
            }
    }

    /// The same, for a path on which a link or mount leads out: nothing is shown there.
    init(systemReading number: Int32) {
        self = number == ELOOP || number == EXDEV ? .notFound : DataFault(system: number)
    }
}
