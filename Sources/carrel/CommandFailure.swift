import ArgumentParser
import CarrelAuth
import CarrelModel
import Foundation

/// How a command ends that can't do its work: 1 when it failed, 2 for wrong usage or configuration.
enum CommandFailure {
    /// Says what happened and what to do, on standard error, and ends the program.
    static func exit(with error: any Error) -> Never {
        switch error {
        case is ConfigurationError, is NameError, is UnitError, AuthError.unknownScope, AuthError.unknownFilter:
            if let error = error as? any CarrelError { say(error) }
            Foundation.exit(2)
        case let error as any CarrelError:
            say(error)
            Foundation.exit(1)
        default:
            let code = Carrel.exitCode(for: error)
            if code == .validationFailure {
                FileHandle.standardError.write(Data((Carrel.fullMessage(for: error) + "\n").utf8))
                Foundation.exit(2)
            }
            Carrel.exit(withError: error)
        }
    }

    private static func say(_ error: any CarrelError) {
        FileHandle.standardError.write(Data("carrel: \(error.message)\n\(error.remedy)\n".utf8))
    }
}
