import Foundation
import HTTPTypes

/// What a browser shows of a folder: a plain list.
struct FolderPage {
    let address: GatewayAddress
    let path: DataPath
    let tree: DataTree

    static var headers: HTTPFields {
        [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
    }

    private var title: String { tree.title(of: path) ?? path.last?.description ?? "Files" }

    var beginning: String {
        var text = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>\(
                XMLText.escape(title))</title></head>
            <body>
            <main>
            <h1>\(XMLText.escape(title))</h1>

            """
        if let parent = path.parent {
            text += "<p><a href=\"\(address.address(of: parent, isFolder: true))\">The folder above</a></p>\n"
        }
        return text + "<ul>\n"
    }

    let end = "</ul>\n</main>\n</body>\n</html>\n"

    func line(_ entry: DataEntry) -> String {
        guard let name = entry.name else { return "" }
        let child = path.appending(name)
        let link = address.address(of: child, isFolder: entry.isFolder)
        let label = XMLText.escape(tree.title(of: child) ?? name.description)
        var about = [entry.isFolder ? "folder" : entry.size.map { "\($0) bytes" } ?? "file"]
        if let modified = entry.modified { about.append("changed \(GatewayDate.write(modified))") }
        return "<li><a href=\"\(link)\">\(label)</a>, \(about.joined(separator: ", "))</li>\n"
    }
}
