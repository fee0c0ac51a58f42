import Foundation

extension Catalogue {
    /// How large a data file may be, in bytes.
    public static let mostBytes = 1 << 20

    /// Reads a data file of this machine.
    ///
    /// - Parameter path: what messages call it too.
    /// - Returns: the catalogue.
    /// - Throws: what ``read(_:file:)`` throws, or why the file can't be read.
    public static func read(file path: String) throws(ConfigurationError) -> Catalogue {
        let facts: [FileAttributeKey: Any]
        do {
            facts = try FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)
        } catch {
            let isForbidden = (error as? CocoaError)?.code == .fileReadNoPermission
            throw .unreadable(file: path, isForbidden ? .forbidden : .missing)
        }
        guard facts[.type] as? FileAttributeType == .typeRegular, (facts[.size] as? Int ?? 0) <= mostBytes,
            let bytes = FileManager.default.contents(atPath: path)
        else { throw .unreadable(file: path, .unreadable) }
        return try read(Array(bytes), file: path)
    }
}

extension Configuration {
    /// What is wrong with the data files of the instances' catalogues on this machine.
    ///
    /// Those of repositories aren't fetched for it.
    public var catalogueFaults: [ConfigurationError] {
        instances.compactMap { instance in
            guard let path = instance.catalogue?.file else { return nil }
            do throws(ConfigurationError) {
                _ = try Catalogue.read(file: path)
                return nil
            } catch {
                return error
            }
        }
    }
}
