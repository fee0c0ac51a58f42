/// The templates that are built into the program.
enum PageTemplates {
    /// Mustache text by template name.
    static let texts: [String: String] = [
        "accept": text(PackageResources.accept_mustache),
        "account": text(PackageResources.account_mustache),
        "admin": text(PackageResources.admin_mustache),
        "brought-back": text(PackageResources.brought_back_mustache),
        "catalogue": text(PackageResources.catalogue_mustache),
        "card": text(PackageResources.card_mustache),
        "compare": text(PackageResources.compare_mustache),
        "enter": text(PackageResources.enter_mustache),
        "entry-code": text(PackageResources.entry_code_mustache),
        "deletions": text(PackageResources.deletions_mustache),
        "end": text(PackageResources.end_mustache),
        "error": text(PackageResources.error_mustache),
        "field": text(PackageResources.field_mustache),
        "failure": text(PackageResources.failure_mustache),
        "git-link": text(PackageResources.git_link_mustache),
        "git-sites": text(PackageResources.git_sites_mustache),
        "group": text(PackageResources.group_mustache),
        "groups": text(PackageResources.groups_mustache),
        "hand-ins": text(PackageResources.hand_ins_mustache),
        "homes": text(PackageResources.homes_mustache),
        "home": text(PackageResources.home_mustache),
        "instance": text(PackageResources.instance_mustache),
        "instance-form": text(PackageResources.instance_form_mustache),
        "instance-settings": text(PackageResources.instance_settings_mustache),
        "instances": text(PackageResources.instances_mustache),
        "join": text(PackageResources.join_mustache),
        "launch": text(PackageResources.launch_mustache),
        "launch-link": text(PackageResources.launch_link_mustache),
        "layout": text(PackageResources.layout_mustache),
        "log": text(PackageResources.log_mustache),
        "meter": text(PackageResources.meter_mustache),
        "my-group": text(PackageResources.my_group_mustache),
        "my-groups": text(PackageResources.my_groups_mustache),
        "not-running": text(PackageResources.not_running_mustache),
        "options": text(PackageResources.options_mustache),
        "other-environment": text(PackageResources.other_environment_mustache),
        "password": text(PackageResources.password_mustache),
        "people": text(PackageResources.people_mustache),
        "problem": text(PackageResources.problem_mustache),
        "requests": text(PackageResources.requests_mustache),
        "restore": text(PackageResources.restore_mustache),
        "restore-folder": text(PackageResources.restore_folder_mustache),
        "roster": text(PackageResources.roster_mustache),
        "roster-done": text(PackageResources.roster_done_mustache),
        "sign-in": text(PackageResources.sign_in_mustache),
        "start": text(PackageResources.start_mustache),
        "stopping": text(PackageResources.stopping_mustache),
        "storage": text(PackageResources.storage_mustache),
        "tabs": text(PackageResources.tabs_mustache),
        "takeout": text(PackageResources.takeout_mustache),
        "time": text(PackageResources.time_mustache),
        "xsrf": text(PackageResources.xsrf_mustache),
    ]

    /// Every page there is, so that a missing template is found when the hub starts.
    static let pages: [any Page.Type] = [
        AcceptPage.self, AccountPage.self, AdminPage.self, BroughtBackPage.self, CataloguePage.self,
        ChangePasswordPage.self, ComparePage.self, DeletionsPage.self, EndPage.self, EnterPage.self,
        EntryCodePage.self, ErrorPage.self, GitLinkPage.self, GroupPage.self, GroupsPage.self, HandInsPage.self,
        HomePage.self, InstancePage.self, InstanceSettingsPage.self, InstancesPage.self, JoinPage.self,
        LaunchLinkPage.self, LaunchPage.self, LogPage.self,
        MyGroupPage.self, MyGroupsPage.self, NotRunningPage.self, OptionsPage.self, PeoplePage.self,
        RequestsPage.self, RestoreFolderPage.self, RestorePage.self, RosterDonePage.self, RosterPage.self,
        SignInPage.self, StartPage.self, StoppingPage.self, StoragePage.self, TakeoutPage.self,
    ]

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
