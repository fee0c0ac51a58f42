import Foundation
import OpenBISClient
import OpenBISNotebook

/// A dataset as the form for a new notebook shows it.
struct NotebookDataSet: Sendable, Equatable {
    let permID: String
    let name: String?
    let type: String
    /// In bytes; nil if it isn't known.
    let size: Int64?
    /// Nil where the person may see neither its Object nor its Collection.
    let owner: AnalysisNotebook.Owner?

    init(permID: String, name: String?, type: String, size: Int64? = nil, owner: AnalysisNotebook.Owner?) {
        (self.permID, self.name, self.type, self.size, self.owner) = (permID, name, type, size, owner)
    }

    init(_ dataSet: OpenBISDataSet) {
        let sample = dataSet.sample.map {
            AnalysisNotebook.Owner(.object, permID: $0.permID, identifier: $0.identifier)
        }
        let experiment = dataSet.experiment.map {
            AnalysisNotebook.Owner(.collection, permID: $0.permID, identifier: $0.identifier)
        }
        self.init(
            permID: dataSet.permID,
            name: dataSet.properties.name,
            type: dataSet.type,
            size: dataSet.size,
            owner: sample ?? experiment,
        )
    }
}

/// An Object or a Collection as the form shows it.
struct NotebookOwner: Sendable, Equatable {
    let owner: AnalysisNotebook.Owner
    let name: String?
    /// The last part of its path.
    let code: String

    init(_ owner: AnalysisNotebook.Owner, name: String?, code: String) {
        (self.owner, self.name, self.code) = (owner, name, code)
    }

    init(_ sample: OpenBISSample) {
        self.init(
            AnalysisNotebook.Owner(.object, permID: sample.permID, identifier: sample.identifier),
            name: sample.properties.name,
            code: sample.code,
        )
    }

    init(_ experiment: OpenBISExperiment) {
        self.init(
            AnalysisNotebook.Owner(.collection, permID: experiment.permID, identifier: experiment.identifier),
            name: experiment.properties.name,
            code: experiment.code,
        )
    }

    init(_ owner: OpenBISOwner) {
        switch owner {
        case .sample(let sample): self.init(sample)
        case .experiment(let experiment): self.init(experiment)
        }
    }
}

extension AnalysisNotebook.PropertyKeys {
    /// Where a type has them: `$NAME` or `NAME` and so on, with or without the name of a module before a dot (reference
    /// `openbis.md` 2.7).
    init(of codes: [String]) {
        func key(_ name: String) -> String? {
            let fitting = codes.filter { code in
                let last = code.split(separator: ".").last.map(String.init) ?? code
                return last.drop { $0 == "$" }.uppercased() == name
            }
            // The plainest one.
            return fitting.min { ($0.count, $0) < ($1.count, $1) }
        }
        self.init(name: key("NAME"), notes: key("NOTES"), history: key("HISTORY_ID"))
    }
}

extension AnalysisNotebook.Owner.Kind {
    /// As people call it.
    var word: String {
        switch self {
        case .object: "Object"
        case .collection: "Collection"
        }
    }
}
