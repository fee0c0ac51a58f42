import OnedataClient
import OpenBISClient
import StorageHubClient
import WebDAVClient

extension DataFault {
    /// What any error of a client, or of those who send bytes, is.
    init(_ error: any Error) {
        self =
            switch error {
            case let fault as DataFault: fault
            case let error as WebDAVError: error.fault
            case let error as OnedataError: error.fault
            case let error as OpenBISError: error.fault
            case let error as StorageHubError: error.fault
            case is CancellationError: .cancelled
            default: .failed("Something went wrong that the hub knows nothing of.")
            }
    }

    /// As it is said of something that is written below a folder, which then is what wasn't found.
    var ofParent: DataFault { self == .notFound || self == .notAFolder ? .noParent : self }
}
