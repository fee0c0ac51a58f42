import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging

/// Deletes everything of one instance, and nothing else, step by step.
///
/// Before each step the store says what is to go; a hub that was killed is followed by one that goes on from there.
/// What is looked up is the disk itself, so nothing is forgotten that no row tells of.
struct InstanceDeletion: Sendable {
    let store: Store
    let storage: any FolderStorage
    /// Where homes are.
    let remains: InstanceRemains
    /// The folder of servers' logs.
    let logs: String
    /// What was put into homes of an instance, and what is kept about that.
    let removeMaterial: @Sendable (InstanceName) async throws -> Void
    let key: RecordKey
    let work: any BlockingWork
    let now: @Sendable () -> Date
    let logger: Logger

    private var audit: AuditTrail { AuditTrail(store: store, now: now) }

    /// Does what is left to do; nothing of the instance is running.
    ///
    /// - Throws: what keeps it from going on; it is asked again after a while.
    func goOn(with instance: InstanceRecord) async throws {
        guard let record = try await store.instanceEnds.deletionUnderWay(of: instance.name), let id = record.id else {
            // The row was lost with a backup that was put back: begin a new one.
            return try await store.instanceEnds.restartDeletion(instance, at: now())
        }
        var report = try record.report()
        try await removeHomes(of: instance.name, &report, id)
        try await removeProjects(of: instance, &report, id)
        try await removeFolders(of: instance, &report, id)
        let (key, finished) = (key, now())
        let details = ["homes": "\(report.homes.count)", "record": "\(id)"]
        let noted = audit.noting(.instanceDeleted, .instance(instance.name), details: details)
        let isDone = try await noted.instanceEnds.finishDeletion(of: instance, id, report, at: finished) { text in
            try key.sign(text)
        }
        if isDone {
            logger.notice(
                "instance.deleted",
                metadata: ["instance": "\(instance.name)", "homes": "\(report.homes.count)", "record": "\(id)"],
            )
        }
    }

    private func removeHomes(of instance: InstanceName, _ report: inout DeletionReport, _ id: Int64) async throws {
        let usages = try await storage.usages()
        let remains = remains
        while case let homes = try await work.run({ remains.homes(of: instance.text) }), !homes.isEmpty {
            for home in homes where !report.homes.contains(where: { $0.name == home.slug }) {
                let points = try await storage.restorePoints(of: home).count
                let bytes = usages[home]?.used.bytes
                report.homes.append(DeletionReport.Home(name: home.slug, bytes: bytes, restorePoints: points))
            }
            try await store.instanceEnds.note(report, of: id)
            for home in homes {
                try Task.checkCancellation()
                try await storage.remove(home)
                if let index = report.homes.firstIndex(where: { $0.name == home.slug }) {
                    report.homes[index].deletedAt = now()
                }
                let name = "\(home.instance)/\(home.slug)"
                try await audit.noting(.homeDeleted, .home(name)).instanceEnds.note(report, of: id)
            }
        }
        // Those that a hub removed which was killed before it could say so.
        for index in report.homes.indices where report.homes[index].deletedAt == nil {
            report.homes[index].deletedAt = now()
        }
        // What a removal left that was cut short has another name by then.
        try await storage.finishRemovals()
        try await work.run { try remains.removeFolders(of: instance.text) }
    }

    /// The folders of the groups that belong to the instance; their rows go with the instance's.
    private func removeProjects(of instance: InstanceRecord, _ report: inout DeletionReport, _ id: Int64) async throws {
        guard let key = instance.id else { return }
        var groups = report.groups ?? []
        let usages = try await storage.commonUsages()
        let names = try await store.groups.all(inInstance: key).map(\.group.name)
        for name in names where !groups.contains(where: { $0.name == name.text }) {
            groups.append(DeletionReport.Group(name: name.text, bytes: usages[.project(name)]?.used.bytes))
        }
        report.groups = groups
        try await store.instanceEnds.note(report, of: id)
        for name in names {
            try Task.checkCancellation()
            try await storage.remove(.project(name))
            guard let index = groups.firstIndex(where: { $0.name == name.text }) else { continue }
            report.groups?[index].deletedAt = now()
            try await store.instanceEnds.note(report, of: id)
        }
    }

    private func removeFolders(of instance: InstanceRecord, _ report: inout DeletionReport, _ id: Int64) async throws {
        if try await storage.commonUsages().keys.contains(.handOut(instance.name)) || instance.settings.handOut {
            try await storage.remove(.handOut(instance.name))
            report.handOutDeletedAt = report.handOutDeletedAt ?? now()
        }
        try await removeMaterial(instance.name)
        let servers = try await store.instanceEnds.servers(in: instance).map(\.key.directoryName)
        let folder = logs
        report.logFiles += try await work.run {
            try servers.reduce(0) { $0 + (try ServerLog(folder: folder, id: $1).remove()) }
        }
        try await store.instanceEnds.note(report, of: id)
    }
}
