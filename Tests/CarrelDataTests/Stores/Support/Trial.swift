import AsyncHTTPClient
import CarrelTestSupport
import Foundation
import NIOCore
import NIOPosix
import OnedataClient
import StorageHubClient
import Testing
import WebDAVClient

@testable import CarrelData

/// A store of each kind over its stand-in, or over a real server, with what tests want of the other side.
struct Trial: Sendable {
    /// Whose store it is; the last two are real servers of WebDAV.
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case nextcloud, onedata, storageHub, apache, rclone

        var testDescription: String { rawValue }
        /// Whether it has no more than WebDAV itself.
        var isPlain: Bool { self == .apache || self == .rclone }
    }

    /// With what it is signed in.
    enum Credential: Sendable {
        case good, wrong, ended
    }

    let kind: Kind
    let http: HTTPClient
    let webDAV: WebDAVConnections
    let standIn: StandInProcess
    /// What the stand-in said when it began.
    let told: String

    /// A folder in which anything may be done.
    var top: DataPath { kind == .onedata ? at("notebooks-shared") : .root }

    /// A path in that folder.
    func path(_ text: String) throws -> DataPath {
        DataPath(top.names + (try #require(DataPath(text))).names)
    }

    private func at(_ name: String) -> DataPath { DataPath([DataName(name)].compactMap { $0 }) }

    // MARK: - The store

    func store(_ credential: Credential = .good) async throws -> any DataStore {
        switch kind {
        case .nextcloud: try webDAV("\(told)/remote.php/dav/files/anna", credential)
        case .apache, .rclone: try webDAV(told, credential)
        case .onedata: try onedata(credential == .good ? "full" : credential == .wrong ? nil : "expired")
        case .storageHub: try await storageHub(credential)
        }
    }

    private func webDAV(_ address: String, _ credential: Credential) throws -> any DataStore {
        var limits = WebDAVLimits(answer: .seconds(60), work: .seconds(60), repetitions: 1, part: 5_000_000)
        limits.longestPause = .milliseconds(1)
        let settings = try WebDAVSettings(
            address: address,
            credential: try WebDAVCredential(user: "anna", password: credential == .good ? "secret" : "wrong"),
            limits: limits
        )
        return WebDAVStore(WebDAVRemote(settings, connections: webDAV))
    }

    func onedata(_ sort: String?) throws -> any DataStore {
        let onedataTold = try onedataTold
        let token = try sort.map { try #require(onedataTold.tokens["anna"]?[$0]) } ?? "no-token"
        let settings = OnedataSettings(onezone: onedataTold.onezone, deadline: .seconds(60), idleLimit: .seconds(60))
        return OnedataStore(try OnedataClient(settings, token: try OnedataToken(token), http: http))
    }

    private func storageHub(_ credential: Credential) async throws -> any DataStore {
        var settings = StorageHubSettings(address: "\(told)/workspace", deadline: .seconds(60), idleLimit: .seconds(60))
        settings.longestWait = .milliseconds(1)
        let endpoint = "\(told)/auth/realms/d4science/protocol/openid-connect/token"
        let form = "grant_type=password&username=anna&password=anna"
        let answer = try await post(http, endpoint, form, type: "application/x-www-form-urlencoded")
        let signIn = try JSONDecoder().decode(SignIn.self, from: answer).token
        let tokens: any StorageHubTokenSource
        switch credential {
        case .good:
            tokens = StorageHubContextTokens(endpoint: endpoint, context: Self.context, http: http) { signIn }
        case .wrong: tokens = FixedStorageHubToken(StorageHubToken(bearer: "wrong"))
        case .ended: tokens = FixedStorageHubToken(StorageHubToken(bearer: signIn, expires: .distantPast))
        }
        return StorageHubStore(try StorageHub(settings, tokens: tokens, http: http), keeping: .seconds(60))
    }

    static let context = "/d4science.research-infrastructures.eu/FARM/Fishes"

    private struct SignIn: Decodable {
        let token: String

        private enum CodingKeys: String, CodingKey {
            case token = "access_token"
        }
    }

    struct OnedataTold: Decodable {
        let onezone: String
        let control: String
        let tokens: [String: [String: String]]
    }

    private var onedataTold: OnedataTold {
        get throws { try JSONDecoder().decode(OnedataTold.self, from: Data(told.utf8)) }
    }

    // MARK: - The other side

    /// Anna's files on the disk, as a server of WebDAV has them.
    var files: URL { standIn.folder.appending(path: kind.isPlain ? "plain/files" : "cloud/files/anna") }

    /// Tells the stand-in something.
    @discardableResult
    func tell(_ what: String, _ members: String) async throws -> Data {
        switch kind {
        case .nextcloud: try await post(http, "\(told)/-/\(what)", members)
        case .onedata: try await post(http, try onedataTold.control, #"{"do": "\#(what)", \#(members)}"#)
        case .storageHub: try await post(http, "\(told)/standin/\(what)", "{\(members)}")
        case .apache, .rclone: throw NotToBeTold()
        }
    }

    /// A real server takes no orders.
    private struct NotToBeTold: Error {}

    /// Makes a folder `many` with so many files.
    func fill(_ count: Int) async throws {
        switch kind {
        case .nextcloud, .apache, .rclone:
            let folder = files.appending(path: "many")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for number in 0..<count { try Data().write(to: folder.appending(path: "\(number)")) }
        case .onedata:
            try await tell("fill", #""space": "notebooks-shared", "folder": "many", "files": \#(count)"#)
        case .storageHub:
            let made = try await tell("place", #""user": "anna", "title": "many""#)
            let id = try #require(try JSONDecoder().decode([String: [String]].self, from: made)["done"]?.first)
            try await tell(
                "place",
                ##""user": "anna", "title": "#N", "parent": "\##(id)", "content": "", "count": \##(count)"##
            )
        }
    }

    /// How a server is started that can't be told later for how little there is room.
    static func littleRoom(_ kind: Kind) -> [String] { kind.isPlain ? ["--room", "65536"] : [] }

    /// Lets there be room for so many bytes; see ``littleRoom(_:)``.
    func limit(to bytes: Int) async throws {
        switch kind {
        case .nextcloud: try await tell("settings", #"{"quotas": {"anna": \#(bytes)}}"#)
        case .onedata: try await tell("quota", #""space": "notebooks-shared", "bytes": \#(bytes)"#)
        case .storageHub: try await tell("quota", #""user": "anna", "bytes": \#(bytes)"#)
        case .apache, .rclone: break
        }
    }

    /// Has the next upload to StorageHub break off, whose stand-in can't be stopped without losing all.
    func prepareBreakDown() async throws {
        guard kind == .storageHub else { return }
        try await tell(
            "fault",
            #""kind": "cut-upload", "method": "POST", "path": "/create/", "after": 9000000, "times": 1"#
        )
    }

    /// Lets every call fail that comes from now on, until it is well again.
    func breakDown() async throws {
        switch kind {
        case .nextcloud, .apache, .rclone: standIn.stop()
        case .onedata:
            for door in ["zone", "cracow", "bari"] { try await tell("stop", #""door": "\#(door)""#) }
        case .storageHub: try await tell("fault", #""kind": "cut-upload", "path": "/workspace""#)
        }
    }

    func mend() async throws {
        switch kind {
        case .nextcloud, .apache, .rclone: _ = try await standIn.start()
        case .onedata:
            for door in ["zone", "cracow", "bari"] { try await tell("start", #""door": "\#(door)""#) }
        case .storageHub: try await tell("mend", "")
        }
    }
}

/// Gives a test a stand-in, and stops it.
func withTrial(_ kind: Trial.Kind, _ arguments: [String] = [], _ test: (Trial) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "carrel-trial-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var configuration = OnedataClient.httpConfiguration
    configuration.timeout.connect = .seconds(30)
    let http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    let webDAV = WebDAVConnections()
    // For those that are stopped and started again.
    let port = try ReservedPort()
    let (script, own): (String, [String]) =
        switch kind {
        case .nextcloud:
            ("nextcloud", ["--port", "\(port.number)", "--folder", "\(folder.path)/cloud", "--user", "anna:secret"])
        case .onedata: ("onedata", [])
        case .storageHub: ("storagehub", ["--person", "anna", "--vre", "\(Trial.context)=anna"])
        case .apache, .rclone:
            ("plain_webdav", [kind.rawValue, "--port", "\(port.number)", "--folder", "\(folder.path)/plain"])
        }
    let standIn = StandInProcess(script, own + arguments, in: folder)
    let outcome: Result<Void, any Error>
    do {
        let told = try await standIn.start()
        outcome = .success(try await test(Trial(kind: kind, http: http, webDAV: webDAV, standIn: standIn, told: told)))
    } catch {
        outcome = .failure(error)
    }
    standIn.stop()
    withExtendedLifetime(port) {}
    try await http.shutdown()
    try await webDAV.shutdown()
    try outcome.get()
}
