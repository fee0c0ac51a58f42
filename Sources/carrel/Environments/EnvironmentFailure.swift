import CarrelModel

/// Why a command about environments can't do its work.
enum EnvironmentFailure: CarrelError, Equatable {
    /// The configuration has no such environment.
    case unknown(String, known: [String])
    /// There is nothing to be started in its folder.
    case noKernels(String, String)
    /// There is nothing to remove.
    case notBuilt(String)
    /// The folder isn't one that Carrel made.
    case foreign(path: String)
    /// Servers start with it, unless their instance offers others.
    case isUsual(String)
    /// Instances offer it.
    case offered(String, by: [String])
    /// The machine lacks the Python of the recipe.
    case noPython(String)
    /// The scripts that build environments aren't there.
    case noBuilder(looked: [String])

    var code: String {
        switch self {
        case .unknown: "environment.unknown"
        case .noKernels: "environment.noKernels"
        case .notBuilt: "environment.notBuilt"
        case .foreign: "environment.foreign"
        case .isUsual: "environment.isUsual"
        case .offered: "environment.offered"
        case .noPython: "environment.noPython"
        case .noBuilder: "environment.noBuilder"
        }
    }

    var message: String {
        switch self {
        case .unknown(let name, _): "There is no environment \(name)."
        case .noKernels(let name, let path): "The environment \(name) has no kernels in \(path)."
        case .notBuilt(let name): "The environment \(name) isn't built."
        case .foreign(let path): "\(path) isn't a link that Carrel made: it is left alone."
        case .isUsual(let name): "Servers start with the environment \(name), unless their instance offers others."
        case .offered(let name, let instances):
            "The environment \(name) is offered by \(instances.count == 1 ? "the instance" : "the instances") "
                + "\(instances.joined(separator: ", "))."
        case .noPython(let version): "There is no Python \(version) on this machine."
        case .noBuilder(let looked):
            "The scripts that build environments aren't in \(looked.joined(separator: " or "))."
        }
    }

    var remedy: String {
        switch self {
        case .unknown(_, let known): "These are configured: \(known.joined(separator: ", "))."
        case .noKernels(let name, _): "Build it with `carrel env build \(name)`."
        case .notBuilt(let name): "There is nothing to remove; `carrel env build \(name)` builds it."
        case .foreign: "Give the environment another path in carrel.yaml, or take care of that folder yourself."
        case .isUsual: "Put another one first under environments in carrel.yaml."
        case .offered: "Take it from their environments first, in carrel.yaml or on their pages."
        case .noPython(let version):
            "Install it (`apt-get install python\(version) python\(version)-venv`, where the system has it), or change "
                + "`python` in carrel.yaml."
        case .noBuilder: "Copy the folder `python` of Carrel's source there."
        }
    }
}
