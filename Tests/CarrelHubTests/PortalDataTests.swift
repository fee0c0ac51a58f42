import CarrelModel
import CarrelSpawn
import Testing

@testable import CarrelHub

@Suite struct `Data of ICOS portals` {
    @Test func `is shown read-only, and told by a variable`() {
        var cities = PortalDataSettings(name: "icoscities")
        cities.path = "/data/cities"
        var icos = PortalDataSettings(name: "icos")
        (icos.path, icos.shownAt) = ("/tank/icos", "/data/dataAppStorage")
        let data = PortalData([icos, cities]) { _ in true }
        #expect(
            data.bindings == [
                FolderBinding(host: "/tank/icos", inside: "/data/dataAppStorage", access: .readOnly),
                FolderBinding(host: "/data/cities", inside: "/data/cities", access: .readOnly),
            ]
        )
        #expect(
            data.variables == [
                "PORTAL_DATA_PATH_ICOS": "/data/dataAppStorage/", "PORTAL_DATA_PATH_ICOSCITIES": "/data/cities/",
            ]
        )
        #expect(data.notices.isEmpty)
    }

    @Test func `that isn't there is said, and sets no variable`() {
        var icos = PortalDataSettings(name: "icos")
        icos.path = "/tank/icos"
        let data = PortalData([icos]) { _ in false }
        #expect(data.bindings.isEmpty && data.variables.isEmpty)
        #expect(data.notices == ["This hub’s copy of the data of the portal icos isn’t there at the moment."])
    }
}
