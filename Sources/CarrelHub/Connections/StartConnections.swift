import CarrelModel
import CarrelStore
import Foundation

/// The data sources that are asked for before a server starts, and what was typed for them.
///
/// The fields are called after the data source, as EGI's form has them: `b2drop-user`, `b2drop-pwd`, `b2drop-remember`
/// (reference `egi.md` 1.4); of one with tokens `NAME-token` and `NAME-remember`.
struct StartConnections: Sendable {
    let desk: ConnectionDesk

    /// Why a start waits: what was typed for a data source wasn't taken.
    struct Refused: Error {
        let source: String
        let form: ConnectionForm
        let refusal: ConnectionRefusal
    }

    /// The entries of the data sources that a person is asked for before a server of an instance starts.
    func entries(of user: UserRecord, in instance: InstanceSettings) async throws -> [ConnectionDesk.Entry] {
        let asked = try await desk.sources(of: user, in: instance).filter(\.inStartOptions).map(\.name)
        guard !asked.isEmpty else { return [] }
        return try await desk.entries(of: user).filter { asked.contains($0.source.name) && $0.isOffered }
    }

    /// Takes what was typed for each of them; where nothing was, nothing is changed.
    ///
    /// - Throws: ``Refused`` for the first that wasn't taken.
    func take(_ fields: FormBody, of user: UserRecord, in instance: InstanceSettings) async throws {
        for source in try await desk.sources(of: user, in: instance) where source.inStartOptions {
            guard let form = Self.form(for: source, in: fields) else { continue }
            do {
                try await desk.take(form, for: source, of: user)
            } catch let refusal as ConnectionRefusal {
                throw Refused(source: source.name, form: form, refusal: refusal)
            }
        }
    }

    /// What was typed for a data source; nil when it wasn't on the form.
    private static func form(for source: DataSourceSettings, in fields: FormBody) -> ConnectionForm? {
        let names = StartFields(source)
        let asksName = source.kind.credential == .password
        guard fields[names.secret] != nil || (asksName && fields[names.user] != nil) else { return nil }
        return ConnectionForm(
            userName: asksName ? fields[names.user] : nil,
            secret: fields[names.secret],
            remember: fields[names.remember] != nil,
        )
    }
}

/// What the fields of a data source are called in the form before a start.
struct StartFields: Sendable, Equatable {
    let user: String
    let secret: String
    let remember: String

    init(_ source: DataSourceSettings) {
        user = "\(source.name)-user"
        secret = source.kind.credential == .password ? "\(source.name)-pwd" : "\(source.name)-token"
        remember = "\(source.name)-remember"
    }
}
