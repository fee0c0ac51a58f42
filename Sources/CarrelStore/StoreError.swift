public import CarrelModel

/// What can go wrong with Carrel's database.
public enum StoreError: CarrelError, Equatable {
    /// The file can't be opened or made; `reason` is SQLite's own sentence.
    case unavailable(path: String, reason: String)
    /// SQLite's integrity check found damage; `finding` is its first line.
    case damaged(path: String, finding: String)
    /// A newer Carrel has already changed this database.
    case newer(path: String)
    /// There is no user of this name.
    case noSuchUser(String)
    /// A user of this name exists already.
    case userExists(String)
    /// The name can't be told from another user's by eye.
    case userLooksLike(String, other: String)
    /// There is no group of this name.
    case noSuchGroup(String)
    /// A group of this name, or one that differs in upper and lower case only, exists already.
    case groupExists(String)
    /// The group would have no manager any more.
    case lastManager(String)
    /// The group belongs to an instance, and goes with it.
    case groupOfInstance(String)
    /// A project folder of this name is there still, of a group that was removed.
    case projectLeft(String)
    /// The group belongs to an instance that the user isn't in.
    case notInInstance(String, String)
    /// The user isn't in the group.
    case notMember(String, of: String)
    /// There is no token with this id.
    case noSuchToken(Int64)
    /// There is no request with this id, or it is somebody else's.
    case noSuchRequest(Int64)
    /// The request was answered or withdrawn already.
    case requestClosed(Int64)
    /// The user has as many open requests as one may have.
    case tooManyRequests(limit: Int)
    /// The user has as many archives as one may have.
    case tooManyTakeouts(limit: Int)
    /// Somebody has as many builds waiting or under way as one may have.
    case tooManyBuilds(limit: Int)
    /// As many builds wait as may.
    case buildsFull
    /// A request or an answer is longer than it may be.
    case textTooLong(limit: Int)
    /// A request without words.
    case textMissing
    /// There is no instance of this name.
    case noSuchInstance(String)
    /// An instance of this name exists already.
    case instanceExists(String)
    /// Somebody's server of this name runs, which belongs to the default instance.
    case instanceNameTaken(String)
    /// The instance has homes, so its kind can't be changed.
    case instanceInUse(String)
    /// All places of the instance are taken.
    case instanceFull(String)
    /// The instance is over, or being deleted.
    case instanceOver(String)
    /// The date at which the instance is to end has passed already.
    case instanceEndPast(String)
    /// The instance is not one that ends.
    case instanceEndless(String)
    /// The configuration file offers the instance.
    case instanceInFile(String)
    /// The settings of the instance have been changed since they were read.
    case instanceChanged(String)
    /// The default instance can't be taken away.
    case instanceIsDefault
    /// Somebody else has the identity, or the user has another one at this provider.
    case identityTaken
    /// Without the identity its user couldn't sign in any more.
    case lastWayIn

    /// The stable name.
    public var code: String {
        switch self {
        case .unavailable: "store.unavailable"
        case .damaged: "store.damaged"
        case .newer: "store.newer"
        case .noSuchUser: "store.noSuchUser"
        case .userExists: "store.userExists"
        case .userLooksLike: "store.userLooksLike"
        case .noSuchGroup: "store.noSuchGroup"
        case .groupExists: "store.groupExists"
        case .lastManager: "store.lastManager"
        case .groupOfInstance: "store.groupOfInstance"
        case .projectLeft: "store.projectLeft"
        case .notInInstance: "store.notInInstance"
        case .notMember: "store.notMember"
        case .noSuchToken: "store.noSuchToken"
        case .noSuchRequest: "store.noSuchRequest"
        case .requestClosed: "store.requestClosed"
        case .tooManyRequests: "store.tooManyRequests"
        case .tooManyTakeouts: "store.tooManyTakeouts"
        case .tooManyBuilds: "store.tooManyBuilds"
        case .buildsFull: "store.buildsFull"
        case .textTooLong: "store.textTooLong"
        case .textMissing: "store.textMissing"
        case .noSuchInstance: "store.noSuchInstance"
        case .instanceExists: "store.instanceExists"
        case .instanceNameTaken: "store.instanceNameTaken"
        case .instanceInUse: "store.instanceInUse"
        case .instanceFull: "store.instanceFull"
        case .instanceOver: "store.instanceOver"
        case .instanceEndPast: "store.instanceEndPast"
        case .instanceEndless: "store.instanceEndless"
        case .instanceInFile: "store.instanceInFile"
        case .instanceChanged: "store.instanceChanged"
        case .instanceIsDefault: "store.instanceIsDefault"
        case .identityTaken: "store.identityTaken"
        case .lastWayIn: "store.lastWayIn"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .unavailable(let path, let reason): "The database \(path) can't be opened: \(reason)."
        case .damaged(let path, let finding): "The database \(path) is damaged: \(finding)."
        case .newer(let path): "The database \(path) belongs to a newer version of Carrel."
        case .noSuchUser(let name): "There is no user \(name)."
        case .userExists(let name): "There is already a user \(name)."
        case .userLooksLike(let name, let other): "The name \(name) looks like that of the user \(other)."
        case .noSuchGroup(let name): "There is no group \(name)."
        case .groupExists(let name): "There is already a group \(name)."
        case .lastManager(let group): "The group \(group) would have no manager any more."
        case .groupOfInstance(let name): "The group \(name) belongs to an instance."
        case .projectLeft(let name): "There is a project folder \(name) already, of a group that was removed."
        case .notInInstance(let name, let instance): "\(name) doesn't belong to the instance \(instance)."
        case .notMember(let name, let group): "\(name) isn't in the group \(group)."
        case .noSuchToken(let id): "There is no token \(id)."
        case .noSuchRequest(let id): "There is no request \(id)."
        case .requestClosed(let id): "The request \(id) was answered or withdrawn already."
        case .tooManyRequests(let limit): "There are \(limit) open requests of yours already."
        case .tooManyTakeouts(let limit): "There are \(limit) prepared archives of yours already."
        case .tooManyBuilds(let limit): "\(limit) environments are being built for you already."
        case .buildsFull: "Too many environments wait to be built."
        case .textTooLong(let limit): "The text is longer than \(limit) characters."
        case .textMissing: "The request says nothing."
        case .noSuchInstance(let name): "There is no instance \(name)."
        case .instanceExists(let name): "There is already an instance \(name)."
        case .instanceNameTaken(let name): "Somebody's server of the name \(name) is running."
        case .instanceInUse(let name): "The instance \(name) is in use, so its kind can't be changed."
        case .instanceFull(let name): "All places of \(name) are taken."
        case .instanceOver(let name): "The instance \(name) is over."
        case .instanceEndPast(let name): "The end of the instance \(name) would be in the past."
        case .instanceEndless(let name): "The instance \(name) isn't a temporary one, so it has no end."
        case .instanceInFile(let name): "The instance \(name) stands in the configuration file."
        case .instanceChanged(let name): "Somebody else changed the settings of \(name) meanwhile."
        case .instanceIsDefault: "The default instance is the hub itself."
        case .identityTaken: "This sign-in belongs to another account already, or yours has another one there."
        case .lastWayIn: "This is your only way to sign in."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .unavailable:
            "Check that the state directory exists, belongs to the user Carrel runs as, and has free space."
        case .damaged: "Put the newest copy (carrel.db.before-… beside it, or a backup) in its place and start again."
        case .newer: "Start the newer Carrel, or put back the copy that was made before the upgrade."
        case .noSuchUser: "List the users with `carrel user list`."
        case .userExists, .userLooksLike: "Choose another name, or change the existing user."
        case .noSuchGroup: "List the groups with `carrel group list`."
        case .groupExists: "Choose another name, or change the existing group."
        case .lastManager: "Make somebody else a manager first, or ask an administrator of the hub to do it."
        case .groupOfInstance: "It goes with the instance. Until then, take its members out."
        case .projectLeft: "Choose another name."
        case .notInInstance: "Invite them to the instance first; the group is for its people."
        case .notMember: "Add them first."
        case .noSuchToken: "List the tokens with `carrel token list`."
        case .noSuchRequest: "Go back to the list; it may have been removed meanwhile."
        case .requestClosed: "Look at the list again; a new request can be made."
        case .tooManyRequests: "Wait for an answer, or withdraw one."
        case .tooManyTakeouts: "Remove one, or download without preparing."
        case .tooManyBuilds: "Wait until one of them is done, or cancel one."
        case .buildsFull: "Try again later."
        case .textTooLong: "Say it shorter."
        case .textMissing: "Write a few words about what you need."
        case .noSuchInstance: "List the instances with `carrel instance list`."
        case .instanceExists: "Choose another name, or change the existing instance."
        case .instanceNameTaken: "Choose another name, or have that server stopped first."
        case .instanceInUse: "Give it its former kind again, or make another instance."
        case .instanceFull: "Ask the people who run it; somebody may leave."
        case .instanceOver: "Its managers can give it a later end, as long as it isn't being deleted."
        case .instanceEndPast: "Choose a later time; to end it now, use “End now” or `carrel instance end`."
        case .instanceEndless: "Take it out of the file or archive it instead."
        case .instanceInFile: "Take it out of carrel.yaml and reload first; nothing is deleted by that."
        case .instanceChanged: "Look at what they are now, and change them again."
        case .instanceIsDefault: "It can neither end nor be deleted."
        case .identityTaken: "Take it away from that account first, after signing in to it."
        case .lastWayIn: "Add another way first, or ask an admin for a password."
        }
    }
}
