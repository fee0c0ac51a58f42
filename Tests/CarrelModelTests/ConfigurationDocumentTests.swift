import Foundation
import Testing

@testable import CarrelModel

@Suite struct ConfigurationDocumentTests {
    @Test func `docs/configuration.md is what the code says`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = try String(contentsOf: root.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
        #expect(
            file == ConfigurationDocument.markdown(),
            "make it anew: carrel config document > docs/configuration.md",
        )
    }

    @Test func `the example in the documentation is a good configuration`() throws {
        let example = try configuration(ConfigurationDocument.exampleFile)
        #expect(example.environments.map(\.name) == ["default"])
    }

    @Test func `every default is accepted when it is written out`() throws {
        func lines(_ keys: [KeyDocument], indentation: String) -> String {
            keys.filter { $0.members.isEmpty && $0.defaultText?.isEmpty == false }
                .map {
                    "\(indentation)\($0.name): \($0.kind.hasPrefix("list") ? $0.defaultText ?? "" : "'\($0.defaultText ?? "")'")"
                }
                .joined(separator: "\n")
        }
        // What must be given in a section is no default; `AuthenticatorSettingsTests` writes those out.
        let sections = Configuration.documents.filter { $0.members.allSatisfy { $0.defaultText != nil } }
        let yaml = sections.map { section in
            section.kind == "map of names"
                ? "\(section.name):\n  default:\n" + lines(section.members, indentation: "    ")
                : "\(section.name):\n" + lines(section.members, indentation: "  ")
        }.joined(separator: "\n")
        var expected = try configuration("")
        expected.sharedFolders = [SharedFolderSettings(name: "default")]
        expected.instances = [InstanceSettings(name: "default")]
        #expect(try configuration(yaml) == expected)
    }

    @Test func `every key is documented once`() {
        for section in Configuration.documents {
            #expect(Set(section.members.map(\.name)).count == section.members.count)
            for key in section.members {
                #expect(key.text.hasSuffix(".") && !key.kind.isEmpty, "\(section.name).\(key.name)")
            }
        }
    }
}
