/// A service that answers calls.
struct ServicePlace: Sendable, Equatable {
    /// Host and port, for words.
    let host: String
    let url: String

    private init(_ address: OpenBISAddress, path: String) {
        host = address.name
        url = address.text + path
    }

    // The paths are those of reference 4.1.

    /// The application server.
    static func application(_ address: OpenBISAddress) -> ServicePlace {
        ServicePlace(address, path: "/openbis/openbis/rmi-application-server-v3.json")
    }

    /// The first API, which takes uploads before version 3.6.
    static func firstAPI(_ address: OpenBISAddress) -> ServicePlace {
        ServicePlace(address, path: "/openbis/openbis/rmi-query-v1.json")
    }

    /// A data store.
    static func dataStore(_ address: OpenBISAddress) -> ServicePlace {
        ServicePlace(address, path: "/datastore_server/rmi-data-store-server-v3.json")
    }
}
