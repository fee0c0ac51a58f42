/// A text compared byte by byte, as names of files are.
///
/// Swift's own texts are the same when they look the same: `é` in one sign and in two would be one name.
struct ExactText: Hashable, Sendable {
    private let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }
}
