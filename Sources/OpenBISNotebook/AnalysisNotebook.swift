/// What a notebook for the analysis of datasets in openBIS is to hold.
///
/// The notebook runs with PyBIS 1.20, 1.37 and 7.0 alike, and with the APIs 3.5 to 7.0, so there is nothing to choose. Whatever
/// comes from openBIS or from a person may be hostile: it is written as Python literals and as code spans, out of which
/// nothing breaks.
public struct AnalysisNotebook: Sendable, Equatable {
    /// What owns a dataset.
    public struct Owner: Sendable, Equatable {
        /// The two sorts of owners.
        public enum Kind: Sendable, Equatable {
            /// A sample of the API.
            case object
            /// An experiment of the API.
            case collection
        }

        /// Which of the two it is.
        public var kind: Kind
        /// Its permanent id; it is found by that.
        public var permID: String
        /// Its path, as `/LAB/P1/EXP1`; only people read it.
        public var identifier: String

        /// The owner with that permanent id.
        public init(_ kind: Kind, permID: String, identifier: String) {
            self.kind = kind
            self.permID = permID
            self.identifier = identifier
        }
    }

    /// A dataset to work on.
    public struct DataSet: Sendable, Equatable {
        /// Its permanent id, which is also the name of the folder that it is downloaded to.
        public var permID: String
        /// Its name, if it has one; only people read it.
        public var name: String?
        /// What owns it.
        public var owner: Owner

        /// The dataset with that permanent id.
        public init(permID: String, name: String? = nil, owner: Owner) {
            self.permID = permID
            self.name = name
            self.owner = owner
        }
    }

    /// The properties of the result's type, by the codes that the server has for them; nil for one that the type lacks.
    ///
    /// They differ between versions of openBIS' electronic notebook: reference `openbis.md` 2.7.
    public struct PropertyKeys: Sendable, Equatable {
        /// For the name of the result.
        public var name: String?
        /// For its notes.
        public var notes: String?
        /// For the id that versions of an analysis share.
        public var history: String?

        /// The keys of a type.
        public init(name: String?, notes: String?, history: String?) {
            self.name = name
            self.notes = notes
            self.history = history
        }

        /// Those of openBIS 20.10: `$NAME`, `NOTES`, `$HISTORY_ID`.
        public static let usual = PropertyKeys(name: "$NAME", notes: "NOTES", history: "$HISTORY_ID")
    }

    /// The final name of the notebook's file, as `Analysis 2.ipynb`.
    public var fileName: String
    /// The datasets to work on.
    public var dataSets: [DataSet]
    /// What is to own the result.
    public var owner: Owner
    /// The permanent ids of the result's parents.
    public var parents: [String]
    /// The id that versions of this analysis share.
    public var historyID: String
    /// The code of the result's type.
    public var resultType: String
    /// Where the result's name, notes and history id go.
    public var properties: PropertyKeys
    /// What comes before a dataset's permanent id in the address of its page; without it there is no link.
    public var pagePrefix: String?
    /// What a person does when their session is over: sentences for people, without a line break at the end.
    public var renewal: String

    /// A notebook whose result has all datasets as parents, unless others are named.
    public init(
        fileName: String,
        dataSets: [DataSet],
        owner: Owner,
        parents: [String]? = nil,
        historyID: String = AnalysisNotebook.newHistoryID(),
        resultType: String = "ANALYSIS_NOTEBOOK",
        properties: PropertyKeys = .usual,
        pagePrefix: String? = nil,
        renewal: String = AnalysisNotebook.usualRenewal
    ) {
        self.fileName = fileName
        self.dataSets = dataSets
        self.owner = owner
        self.parents = parents ?? dataSets.map(\.permID)
        self.historyID = historyID
        self.resultType = resultType
        self.properties = properties
        self.pagePrefix = pagePrefix
        self.renewal = renewal
    }

    /// What to do when a session is over, where nothing is known of the place in which the notebook runs.
    public static let usualRenewal =
        "Sign in to openBIS again, and run the cell that connects to openBIS; or set askForToken to True in the cell below "
        + "it, run that, and paste a fresh session token."
}
