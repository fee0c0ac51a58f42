import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import OpenBISClient

/// What a server gets of openBIS, so that `Openbis()` works in it without arguments (reference `openbis.md` 1.3, 1.5).
struct OpenBISInServers: Sendable {
    let tied: OpenBISTies
    let files: OpenBISTokenFiles
    let trust: OpenBISTrust
    let logger: Logger

    /// The environment of a server that is about to start; the token's file is put into its home.
    ///
    /// Nobody waits for openBIS: whether the token is still good is asked at other times.
    func extras(for owned: OwnedServer) async throws -> ServerExtras {
        let all = tied.all
        guard let first = all.first, !owned.owner.isVisitor else { return ServerExtras() }
        let mine = try await tied.ties(of: owned.owner)
        var extras = ServerExtras()
        do {
            extras = try trust.extras(for: all)
        } catch {
            logger.error("openBIS.trustNotMade", metadata: ["error": "\(error)"])
            extras.notices.append(
                "Programs in this server may not trust openBIS’ certificate. Tell the people who run the hub."
            )
        }
        extras.variables["OPENBIS_URL"] = (mine.first?.settings ?? first).openBIS.url
        // Where JupyterLab sends people to renew it.
        if let tie = mine.first { extras.variables["CARREL_OPENBIS_PAGE"] = HubPath.openBIS(tie.settings.name) }
        if let token = mine.first?.grant?.usable { extras.variables["OPENBIS_TOKEN"] = token.text }
        for tie in mine {
            let (token, fault) = try await files.bring(tie.identity, at: tie.settings, to: owned.home)
            guard token != nil else {
                extras.notices.append(
                    "Your session at \(tie.settings.title) is over. Renew it on the hub’s page Account: no restart is needed."
                )
                continue
            }
            guard let fault else { continue }
            extras.notices.append(
                "Your token for \(tie.settings.title) isn’t in your home. \(fault.message) \(fault.remedy)"
            )
        }
        return extras
    }
}
