package io.mailblast.auth;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// `/auth/…`: signing in, staying so, signing out.
final class AuthRoutes implements Feature {

    private static final Schema.Shape LOGIN = Schema.shape("Login")
            .field("email", Schema.formatted("email", LoginAddress.MAX_LENGTH))
            .field("password", Schema.text(1, PasswordRules.MAX_LENGTH));
    private static final Schema.Shape REFRESH = Schema.shape("Refresh").field("refresh_token", Schema.line(1, 200));
    private static final Schema.Shape LOGOUT = Schema.shape("Logout").optional("refresh_token", Schema.line(1, 200));
    private static final Schema.Shape SESSION = Schema.shape("Session")
            .field("token", Schema.line(1, 2_000))
            .field("refresh_token", Schema.line(1, 200))
            .field("expires_in", Schema.whole(0, Duration.ofDays(1).toSeconds()))
            .field("account", AccountView.SCHEMA);

    private final Accounts accounts;
    private final Sessions sessions;
    private final SessionCheck check;
    private final SignIn signIn;
    private final TokenAuthenticator authenticator;

    AuthRoutes(
            Accounts accounts, Sessions sessions, SessionCheck check, SignIn signIn, TokenAuthenticator authenticator) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.check = check;
        this.signIn = signIn;
        this.authenticator = authenticator;
    }

    private record Login(String email, String password) {}

    /// @param expiresIn seconds
    private record SessionView(String token, String refreshToken, long expiresIn, AccountView account) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/auth/login", "login")
                        .tag("auth")
                        .summary("Sign in")
                        .access(Access.PUBLIC)
                        .body(LOGIN)
                        .answers(200, SESSION)
                        .problems(401, 429)
                        .handle(this::login),
                Route.post("/auth/refresh", "refresh")
                        .tag("auth")
                        .summary("Exchange a refresh token for a new pair of tokens")
                        .access(Access.PUBLIC)
                        .body(REFRESH)
                        .answers(200, SESSION)
                        .problems(401)
                        .handle(this::refresh),
                Route.post("/auth/logout", "logout")
                        .tag("auth")
                        .summary("End the session of the given refresh token, or of the access token")
                        .optionalBody(LOGOUT)
                        .answers(204)
                        .handle(this::logout),
                Route.get("/auth/me", "me")
                        .tag("auth")
                        .summary("Who is signed in")
                        .answers(200, AccountView.SCHEMA)
                        .handle(call -> Answer.ok(
                                AccountView.of(accounts.find(call.principal().accountId())
                                        .orElseThrow(Problem.unauthorized()::asException)))));
    }

    private Answer login(Call call) {
        Login given = call.body(Login.class);
        return switch (signIn.attempt(given.email(), given.password(), call.clientAddress())) {
            case SignIn.Result.Welcome(Account account) -> Answer.ok(view(sessions.begin(account)));
            case SignIn.Result.Wrong() ->
                throw Problem.of(401, "unauthorized", "Sign in first", "The email or the password is wrong.")
                        .asException();
            case SignIn.Result.Wait(Duration time) ->
                Answer.problem(Problem.of(
                                429,
                                "too-many-sign-ins",
                                "Too many failed sign-ins",
                                "Wait until Retry-After seconds have passed, then try again."))
                        .with("Retry-After", Long.toString(time.toSeconds() + 1));
        };
    }

    private Answer refresh(Call call) {
        return sessions.refresh(call.body().path("refresh_token").textValue())
                .map(grant -> Answer.ok(view(grant)))
                .orElseThrow(() -> Problem.unauthorized().asException());
    }

    private Answer logout(Call call) {
        Optional<UUID> ended = call.hasBody() && call.body().has("refresh_token")
                ? sessions.end(call.body().path("refresh_token").textValue())
                : own(call);
        ended.ifPresent(check::forget);
        return Answer.noContent();
    }

    private Optional<UUID> own(Call call) {
        String header = call.header("Authorization").orElse("");
        Optional<UUID> session =
                authenticator.session(header.substring("Bearer ".length()).strip());
        session.ifPresent(sessions::end);
        return session;
    }

    private static SessionView view(Sessions.Grant grant) {
        return new SessionView(
                grant.access().token(),
                grant.refreshToken(),
                Math.max(0, grant.access().expiresIn().toSeconds()),
                AccountView.of(grant.account()));
    }
}
