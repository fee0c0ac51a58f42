/// The templates that are built into the program.
enum PageTemplates {
    /// Mustache text by template name.
    static let texts: [String: String] = [
        "account": text(PackageResources.account_mustache),
        "card": text(PackageResources.card_mustache),
        "error": text(PackageResources.error_mustache),
        "failure": text(PackageResources.failure_mustache),
        "home": text(PackageResources.home_mustache),
        "layout": text(PackageResources.layout_mustache),
        "log": text(PackageResources.log_mustache),
        "not-running": text(PackageResources.not_running_mustache),
        "password": text(PackageResources.password_mustache),
        "sign-in": text(PackageResources.sign_in_mustache),
        "start": text(PackageResources.start_mustache),
        "stopping": text(PackageResources.stopping_mustache),
        "time": text(PackageResources.time_mustache),
        "xsrf": text(PackageResources.xsrf_mustache),
    ]

    /// Every page there is, so that a missing template is found when the hub starts.
    static let pages: [any Page.Type] = [
        AccountPage.self, ChangePasswordPage.self, ErrorPage.self, HomePage.self, LogPage.self, NotRunningPage.self,
        SignInPage.self, StartPage.self, StoppingPage.self,
    ]

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
