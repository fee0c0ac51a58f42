import CarrelModel
import CarrelSpawn

/// What a server gets of the data objects of ICOS portals.
struct PortalData: Equatable {
    private(set) var bindings: [FolderBinding] = []
    private(set) var variables: [String: String] = [:]
    /// Sentences on what isn't there, for the user; `icoscp_core` asks the portal itself then.
    private(set) var notices: [String] = []

    /// Looks for the folders.
    init(_ portals: [PortalDataSettings], isFolder: (String) -> Bool = HomeDirectory.isFolder) {
        for portal in portals {
            guard isFolder(portal.path) else {
                notices.append("This hub’s copy of the data of the portal \(portal.name) isn’t there at the moment.")
                continue
            }
            bindings.append(FolderBinding(host: portal.path, inside: portal.inside, access: .readOnly))
            variables[portal.variable.name] = portal.variable.value
        }
    }
}
