import CarrelModel
import CarrelStore

extension InstanceRecord {
    /// What a person's server in it is called on pages.
    var title: String {
        settings.title == InstanceName.default.text ? ServerName.default.title : settings.title
    }
}
