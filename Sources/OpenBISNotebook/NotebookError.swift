/// Why there is no notebook.
public enum NotebookError: Error, Sendable, Equatable {
    /// It isn't the name of a file.
    case unfitFileName
    /// The address of datasets' pages isn't one of the web.
    case unfitPagePrefix
    /// It has more bytes than a notebook may have.
    case tooLarge(bytes: Int, largest: Int)
    /// It has more cells, with what is said of them, than a notebook may have.
    case tooManyParts(largest: Int)
    /// It isn't JSON; `position` is that of the byte at which that shows.
    case notJSON(position: Int)
    /// It is JSON, but not a notebook.
    case notNotebook
    /// It is a notebook of a format other than 4.
    case otherFormat(Int)
}

extension NotebookError: CustomStringConvertible {
    /// A sentence about what happened and one about what to do.
    public var description: String {
        switch self {
        case .unfitFileName: "A file name isn't empty and has no slash. Choose another name for the notebook."
        case .unfitPagePrefix: "The address of openBIS' pages begins with https. Look at what the configuration says."
        case .tooLarge(let bytes, let largest):
            "The notebook has \(bytes) bytes, more than the \(largest) that are allowed. Remove outputs from it."
        case .tooManyParts(let largest):
            "The notebook has more than the \(largest) parts that are allowed. Divide it into several."
        case .notJSON(let position):
            "The file isn't a notebook: it is no JSON from byte \(position) on. Look whether it is the file you mean."
        case .notNotebook: "The file is JSON, but not a notebook. Look whether it is the file you mean."
        case .otherFormat(let format):
            "The notebook is of format \(format), which can't be used here. Open and save it with a JupyterLab of today."
        }
    }
}
