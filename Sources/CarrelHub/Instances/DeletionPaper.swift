public import CarrelAuth
public import CarrelStore
import Foundation

/// The record of a deletion as a file: the report on one line, and its signature on the next, each JSON.
///
/// What is signed are the bytes of the first line without its end, so anybody can verify it with any Ed25519 program.
public enum DeletionPaper {
    /// The second line.
    private struct Seal: Codable {
        var algorithm = "Ed25519"
        var publicKey: String
        var signature: String
    }

    /// The file of a deletion that is done; nil for one that is under way.
    public static func text(of record: DeletionRecord, key: RecordKey) throws -> String? {
        guard let signature = record.signature else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let seal = try encoder.encode(Seal(publicKey: key.publicKey, signature: signature))
        return "\(record.record)\n\(String(decoding: seal, as: UTF8.self))\n"
    }

    /// Whether a file is one that the hub with this key wrote, unchanged.
    ///
    /// The key in the file is of no account: anybody can write one there.
    public static func isGenuine(_ text: String, key: RecordKey) -> Bool {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 2 || (lines.count == 3 && lines[2].isEmpty),
            let seal = try? JSONDecoder().decode(Seal.self, from: Data(lines[1].utf8)), seal.algorithm == "Ed25519"
        else { return false }
        return RecordKey.verify(seal.signature, of: lines[0], by: key.publicKey)
    }
}
