import Foundation
import OpenBISClient

/// What lies at a path below the folder of an openBIS, as openBIS says.
enum OpenBISNode: Sendable {
    case top
    case space(String)
    case project(OpenBISProject)
    case experiment(OpenBISExperiment)
    case sample(OpenBISSample)
    case dataSet(OpenBISDataSet)
    /// A folder in a dataset, by its path there.
    case folder(String, OpenBISDataSet)
    case file(OpenBISFile, OpenBISDataSet)
    case draft
    case readme

    /// The bytes of the file that says how datasets are made.
    static let readmeText = """
        \(refusal)

        Save to openBIS (in JupyterLab's toolbar, for a notebook that is open) makes a dataset of the notebook and its HTML, with
        name, notes and the datasets it was made from. Upload, beside it, makes one of any files. Programs do the same by PyBIS:

            from pybis import Openbis
            o = Openbis()
            o.new_dataset(type="RAW_DATA", object="/SPACE/PROJECT/OBJECT", files=["result.csv"]).save()

        The new dataset is here a moment later.

        """

    /// Why nothing can be put beside that file.
    static let refusal =
        "Nothing can be put into openBIS here: use “Save to openBIS” or “Upload” in JupyterLab's toolbar, and it becomes a dataset."

    /// As it is told to whoever looks at that path.
    func entry(name: DataName?) -> DataEntry {
        switch self {
        case .top, .space, .project, .draft: Self.folder(name)
        case .experiment(let experiment): Self.folder(name, experiment.registered)
        case .sample(let sample): Self.folder(name, sample.registered)
        case .dataSet(let dataSet), .folder(_, let dataSet): Self.folder(name, dataSet.registered)
        case .file(let file, let dataSet):
            DataEntry(
                name: name,
                kind: .file(size: file.size),
                modified: dataSet.registered.map { DataTime($0) },
                version: Self.version(of: file),
                isWritable: false,
            )
        case .readme:
            DataEntry(
                name: name,
                kind: .file(size: Int64(Self.readmeText.utf8.count)),
                version: DataVersion("new-dataset-1"),
                isWritable: false,
            )
        }
    }

    private static func folder(_ name: DataName?, _ date: Date? = nil) -> DataEntry {
        DataEntry(name: name, kind: .folder, modified: date.map { DataTime($0) }, isWritable: false)
    }

    /// Files of datasets never change, so it is enough to tell one from others.
    private static func version(of file: OpenBISFile) -> DataVersion {
        let sum = file.checksum.map { String($0, radix: 16) } ?? "-"
        return DataVersion("\(file.dataSet)-\(file.size)-\(sum)")
    }
}
