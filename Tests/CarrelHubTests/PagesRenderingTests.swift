import CarrelModel
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Rendering pages` {
    let renderer: PageRenderer

    init() throws {
        renderer = try PageRenderer()
    }

    @Test(arguments: PagesSamples.all.indices)
    func `each page is a whole document with its landmarks`(index: Int) throws {
        let sample = PagesSamples.all[index]
        let html = try renderer.render(sample.page, in: sample.frame)
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
        #expect(html.contains("<title>\(sample.page.title) · Carrel</title>") || sample.page.title.contains("’"))
        for part in ["<h1>", "<main id=\"main\"", "<header ", "<footer ", "</html>"] {
            #expect(html.components(separatedBy: part).count == 2, "\(sample.name) has not exactly one \(part)")
        }
        #expect(!html.contains("{{"))
        #expect(!html.contains("Optional("))
        #expect(!html.contains("#refused"))
    }

    @Test(arguments: PagesSamples.all.indices)
    func `every form that changes something is a POST with the XSRF token, and every submitting button is in one`(
        index: Int
    ) throws {
        let sample = PagesSamples.all[index]
        let html = try renderer.render(sample.page, in: sample.frame)
        let forms = html.components(separatedBy: "<form").dropFirst()
        for form in forms {
            let inside = try #require(form.components(separatedBy: "</form>").first)
            if inside.prefix(while: { $0 != ">" }).contains("method=\"get\"") {
                // One that only asks: its fields become an address, in which no token may stand.
                #expect(!inside.contains("_xsrf"))
                continue
            }
            #expect(inside.prefix { $0 != ">" }.contains("method=\"post\""))
            #expect(inside.contains("<button"))
            if inside.prefix(while: { $0 != ">" }).contains("action=\"http") {
                // One that goes to another site, which has no business with the token.
                #expect(!inside.contains("_xsrf"))
                continue
            }
            #expect(inside.contains(#"<input type="hidden" name="_xsrf" value="2|x-s_r=f">"#))
        }
        let outside =
            ([html.components(separatedBy: "<form").first ?? ""]
            + forms.map { $0.components(separatedBy: "</form>").dropFirst().joined() }).joined()
        #expect(outside.matches(of: /<button[^>]*>/).allSatisfy { $0.output.contains(#"type="button""#) })
    }

    @Test(arguments: PagesSamples.all.indices)
    func `labels and descriptions point at something, and ids are unique`(index: Int) throws {
        let sample = PagesSamples.all[index]
        let html = try renderer.render(sample.page, in: sample.frame)
        let ids = html.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
        #expect(Set(ids).count == ids.count, "\(sample.name) has an id twice")
        let references = html.matches(of: /\s(?:for|aria-describedby|aria-labelledby|data-shows)="([^"]*)"/)
        for reference in references.flatMap({ $0.1.split(separator: " ") }) {
            #expect(ids.contains(String(reference)), "\(sample.name): nothing has the id \(reference)")
        }
    }

    @Test func `each name in a template is a field of something`() {
        var known = Set<String>()
        for sample in PagesSamples.all {
            collect(Mirror(reflecting: sample.page), into: &known)
            collect(Mirror(reflecting: sample.frame), into: &known)
        }
        known.formUnion([
            "", "frame", "page", "bodyTemplate", "documentTitle", "documentRefresh", "inHome", "inStorage", "inAdmin",
            "inAccount", "inConnections", "inOpenBIS",
            "stylesheet",
            "logo", "icons", "artwork", "scriptLinks",
        ])
        for (name, text) in PageTemplates.texts {
            for tag in text.matches(of: /\{\{([#^\/>]?)\*?([A-Za-z.\-]*)\}\}/) where tag.1 != ">" {
                for part in tag.2.split(separator: ".") {
                    #expect(known.contains(String(part)), "\(name): \(tag.0)")
                }
            }
        }
    }

    @Test func `each partial that a template asks for exists`() {
        for (name, text) in PageTemplates.texts {
            for tag in text.matches(of: /\{\{>\s*([a-z-]+)\s*\}\}/) {
                #expect(PageTemplates.texts[String(tag.1)] != nil, "\(name) asks for \(tag.1)")
            }
        }
    }

    @Test func `each icon that is asked for is in the sprite`() throws {
        let sprite = String(decoding: try #require(renderer.assets["icons.svg"]).bytes, as: UTF8.self)
        for sample in PagesSamples.all {
            let html = try renderer.render(sample.page, in: sample.frame)
            for use in html.matches(of: /icons\.svg\?v=[0-9a-f]{16}#([a-z]*)"/) {
                #expect(sprite.contains("<symbol id=\"\(use.1)\""), "\(sample.name): \(use.1)")
            }
        }
    }

    @Test func `a log is shown line by line as it was written`() throws {
        let log = "\n  indented\n\n\tlast <b>"
        let page = LogPage(serverName: "x", log: log, refreshURL: "/r", downloadURL: "/d", now: PagesSamples.now)
        let html = try renderer.render(page, in: PagesSamples.frame())
        #expect(html.contains("\">\n\n  indented\n\n\tlast &lt;b&gt;</pre>"))
    }

    @Test func `a stranger's page has no navigation and no sign-out`() throws {
        let html = try renderer.render(SignInPage(actionURL: "/hub/login"), in: PagesSamples.frame(user: nil))
        #expect(!html.contains("<nav"))
        #expect(!html.contains("/hub/logout"))
    }

    @Test func `a form to sign in with has its own picture or none`() throws {
        var directory = AuthenticatorSettings(name: "institute")
        directory.kind = .ldap
        func pictures() throws -> Int {
            let page = SignInPage(actionURL: "/hub/login", ways: [directory])
            let html = try renderer.render(page, in: PagesSamples.frame(user: nil))
            return html.components(separatedBy: "width=\"24\"").count - 1
        }
        #expect(try pictures() == 0)
        directory.logo = "/etc/carrel/institute.svg"
        #expect(try pictures() == 1)
    }

    @Test func `all addresses follow the hub's prefix`() throws {
        let frame = PagesSamples.frame(prefix: "/@/space%20word/hub/")
        let html = try renderer.render(HomePage(cards: []), in: frame)
        #expect(html.contains(#"action="/@/space%20word/hub/logout""#))
        #expect(html.contains(#"href="/@/space%20word/hub/static/carrel.css?v="#))
        #expect(!html.contains("\"/hub/"))
    }

    @Test func `a page under way loads itself again without JavaScript, one at rest doesn't`() throws {
        let starting = try renderer.render(PagesSamples.start(.starting(percent: 1)), in: PagesSamples.frame())
        #expect(starting.contains(#"<noscript><meta http-equiv="refresh" content="3"></noscript>"#))
        let failed = try renderer.render(PagesSamples.start(.failed(PagesSamples.failure)), in: PagesSamples.frame())
        #expect(!failed.contains("http-equiv"))
        #expect(!failed.contains("data-progress-url"))
    }

    @Test func `a password is never sent back`() throws {
        for sample in PagesSamples.all {
            let html = try renderer.render(sample.page, in: sample.frame)
            for input in html.matches(of: /<input[^>]*type="password"[^>]*>/) {
                #expect(!input.0.contains("value="))
            }
        }
    }

    @Test func `a template that can't be parsed is refused by name`() {
        #expect {
            _ = try PageRenderer(templates: ["layout": "{{#a}}"], pages: [])
        } throws: { error in
            guard case PageError.malformed(template: "layout", _) = error else { return false }
            return true
        }
    }

    @Test func `a page without a template is refused when the hub starts`() {
        #expect(throws: PageError.missing(template: "home")) {
            _ = try PageRenderer(templates: ["layout": ""], pages: [HomePage.self])
        }
    }

    /// Field names, through optionals, lists and values inside values.
    private func collect(_ mirror: Mirror, into names: inout Set<String>) {
        for child in mirror.children {
            if mirror.displayStyle == .struct, let label = child.label { names.insert(label) }
            collect(Mirror(reflecting: child.value), into: &names)
        }
    }
}
