import CarrelModel

/// How far somebody may go who makes instances without being an admin: as far as the operator goes for everybody.
///
/// Pure: the same arguments give the same answer.
struct MakerLimits {
    let configuration: Configuration
    /// How many servers the hub runs at once.
    let capacity: Int

    /// What goes too far.
    ///
    /// - Parameters:
    ///   - new: the settings that are meant.
    ///   - old: those that hold now. What an admin allowed there may stay.
    /// - Returns: one for each key; none when all is well.
    func problems(of new: InstanceSettings, over old: InstanceSettings? = nil) -> [InstanceProblem] {
        let servers = configuration.servers
        let old = old ?? InstanceSettings(name: new.name)
        func most<Value: Comparable>(
            _ key: String,
            _ property: KeyPath<InstanceSettings, Value?>,
            _ limit: Value?,
            _ text: (Value) -> String,
        ) -> InstanceProblem? {
            guard let wanted = new[keyPath: property], wanted != old[keyPath: property], let limit, wanted > limit
            else { return nil }
            return InstanceProblem(key, "At most \(text(limit)), as everywhere in this hub. An admin can allow more.")
        }
        return [
            most("quota", \.quota, configuration.storage.quota) { "\($0)" },
            most("memoryLimit", \.memoryLimit, servers.memoryLimit) { "\($0)" },
            most("processorLimit", \.processorHundredths, servers.processorLimit?.hundredths) { hundredths in
                "\(ProcessorCount(hundredths: hundredths))"
            },
            most("processLimit", \.processLimit, servers.processLimit) { "\($0)" },
            most("capacity", \.capacity, capacity) { "\($0)" },
            most("idleLimit", \.idleLimit, servers.idleLimit) { $0.text },
            most("maximumAge", \.maximumAge, servers.maximumAge) { $0.text },
            new.entry.contains(.open) && !old.entry.contains(.open)
                ? InstanceProblem("entry", "Only an admin can let people in without an account.") : nil,
        ].compactMap(\.self)
    }
}

extension InstanceSettings {
    fileprivate var processorHundredths: Int? { processorLimit?.hundredths }
}
