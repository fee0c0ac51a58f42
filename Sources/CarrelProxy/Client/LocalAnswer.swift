import NIOCore

/// A small answer that is made here: pages for what went wrong, health, redirects.
struct LocalAnswer: Equatable, Sendable {
    var status: Int
    var contentType: String?
    var fields: [String] = []
    var body: [UInt8] = []

    static let healthy = LocalAnswer(
        status: 200,
        contentType: "application/json",
        body: Array(#"{"status":"OK"}"#.utf8)
    )

    static let options = LocalAnswer(
        status: 204,
        fields: ["Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"]
    )

    static func redirect(to address: String) -> LocalAnswer {
        LocalAnswer(status: 308, fields: ["Location: \(address)"])
    }

    static func refusal(_ refusal: Refusal, asJSON: Bool) -> LocalAnswer {
        page(refusal.status, text: refusal.message, advice: "", asJSON: asJSON)
    }

    static func failure(_ status: Int, id: RequestID, asJSON: Bool) -> LocalAnswer {
        let text: String
        let advice: String
        switch status {
        case 404:
            text = "There is nothing at this address."
            advice = "Check the address, or go back to the start page."
        case 503:
            // Only when nobody makes a better page: then the hub itself is away.
            text = "The hub is being restarted, or what is behind this address isn't running."
            advice = "Wait a moment and load the page again. Servers that are running go on running."
        case 504:
            text = "The server behind this address didn't answer in time."
            advice = "It may be busy. Load the page again later."
        default:
            text = "The server behind this address broke off its answer."
            advice = "Load the page again; if that doesn't help, start the server anew."
        }
        var answer = page(status, text: text, advice: "\(advice) (Request \(id))", asJSON: asJSON)
        if status == 503 { answer.fields.append("Retry-After: 5") }
        return answer
    }

    private static func page(_ status: Int, text: String, advice: String, asJSON: Bool) -> LocalAnswer {
        let title = "\(status) \(StatusText.reason(status))"
        if asJSON {
            let body = #"{"status": \#(status), "message": "\#(text)"}"#
            return LocalAnswer(
                status: status,
                contentType: "application/json",
                fields: ["Cache-Control: no-store"],
                body: Array(body.utf8)
            )
        }
        let html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem; }
            </style>
            </head>
            <body>
            <main>
            <h1>\(title)</h1>
            <p>\(text)</p>
            <p>\(advice)</p>
            </main>
            </body>
            </html>

            """
        return LocalAnswer(
            status: status,
            contentType: "text/html; charset=utf-8",
            fields: ["Cache-Control: no-store"],
            body: Array(html.utf8)
        )
    }

    /// Writes head and body.
    func write(
        requestID: RequestID?,
        persistence: HeadWriter.Persistence,
        isBodyLeftOut: Bool,
        into out: inout ByteBuffer
    ) {
        out.writeString("HTTP/1.1 \(status) \(StatusText.reason(status))\r\n")
        if let contentType { out.writeString("Content-Type: \(contentType)\r\n") }
        for field in fields { out.writeString("\(field)\r\n") }
        if let requestID { out.writeString("X-Request-ID: \(requestID)\r\n") }
        if status != 204 { out.writeString("Content-Length: \(body.count)\r\n") }
        switch persistence {
        case .keepAlive, .upgrade: break
        case .announcedKeepAlive: out.writeString("Connection: keep-alive\r\n")
        case .close: out.writeString("Connection: close\r\n")
        }
        out.writeString("\r\n")
        if !isBodyLeftOut { out.writeBytes(body) }
    }
}

/// The words beside the numbers.
enum StatusText {
    static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Error"
        }
    }
}
