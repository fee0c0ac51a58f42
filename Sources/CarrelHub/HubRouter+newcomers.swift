import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

extension HubRouter {
    /// The pages for people who have no account yet, or no password, and for admins who help them.
    struct Newcomers {
        let reset: ResetPages
        let signUp: SignUpPages
        let users: UserPages

        /// Joins the parts.
        ///
        /// - Parameters:
        ///   - signIn: the pages that sign people in.
        ///   - signUp: makes accounts for people who ask.
        ///   - origin: where browsers find the hub, without a slash at its end.
        init(
            signIn: SignInPages,
            signUp: SignUpDesk,
            origin: @escaping @Sendable (ClientConnection) -> String,
        ) {
            reset = ResetPages(signIn: signIn)
            self.signUp = SignUpPages(desk: signUp, signIn: signIn)
            users = UserPages(
                store: signIn.desk.store,
                accounts: signIn.accounts,
                pages: signIn.pages,
                origin: origin,
            )
        }
    }
}
