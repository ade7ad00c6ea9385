package io.mailblast.auth;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `/users`: accounts of all workspaces, for operators.
final class UserRoutes implements Feature {

    private static final Schema.Shape NEW_USER = Schema.shape("NewUser")
            .field("email", Schema.formatted("email", LoginAddress.MAX_LENGTH))
            .field("password", Schema.text(PasswordRules.MIN_LENGTH, PasswordRules.MAX_LENGTH))
            .optional("workspace", Schema.line(1, 100))
            .optional("role", Schema.choice("member", "operator"));

    private final Accounts accounts;
    private final SessionCheck sessions;
    private final BrowserSessions browsers;
    private final ApiKeys keys;

    UserRoutes(Accounts accounts, SessionCheck sessions, BrowserSessions browsers, ApiKeys keys) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.browsers = browsers;
        this.keys = keys;
    }

    private record NewUser(
            String email,
            String password,
            @Nullable String workspace,
            @Nullable String role) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/users", "listUsers")
                        .tag("users")
                        .summary("List the accounts of all workspaces")
                        .access(Access.OPERATOR)
                        .paged()
                        .answersPage(AccountView.SCHEMA)
                        .handle(this::list),
                Route.post("/users", "createUser")
                        .tag("users")
                        .summary("Make an account, and its workspace where there is none of that name")
                        .access(Access.OPERATOR)
                        .body(NEW_USER)
                        .answers(201, AccountView.SCHEMA)
                        .problems(409)
                        .handle(this::create),
                Route.get("/users/{id}", "getUser")
                        .tag("users")
                        .summary("Show an account")
                        .access(Access.OPERATOR)
                        .answers(200, AccountView.SCHEMA)
                        .handle(call -> Answer.ok(AccountView.of(accounts.find(call.id())
                                .orElseThrow(() -> Problem.notFound("user").asException())))),
                Route.delete("/users/{id}", "disableUser")
                        .tag("users")
                        .summary("Disable an account: its sessions and keys end")
                        .access(Access.OPERATOR)
                        .answers(204)
                        .problems(409)
                        .handle(this::disable));
    }

    private Answer list(Call call) {
        List<Account> page = accounts.list(Cursor.key(call, 0), call.limit());
        return Answer.page(
                page.stream().map(AccountView::of).toList(),
                Cursor.after(
                        page.size(),
                        call.limit(),
                        page.isEmpty() ? 0 : page.getLast().id()));
    }

    private Answer create(Call call) {
        NewUser given = call.body(NewUser.class);
        String workspace = Optional.ofNullable(given.workspace()).orElse(UserAdd.DEFAULT_WORKSPACE);
        Role role = Optional.ofNullable(given.role()).map(Role::of).orElse(Role.MEMBER);
        return switch (accounts.create(given.email(), given.password(), workspace, role)) {
            case Accounts.Creation.Made(Account account) ->
                Answer.created("/users/" + account.id(), AccountView.of(account));
            case Accounts.Creation.Taken() ->
                throw Problem.conflict("The address has an account already.").asException();
            case Accounts.Creation.Refused(var errors) ->
                throw Problem.badInput(errors).asException();
        };
    }

    private Answer disable(Call call) {
        if (call.id() == call.principal().accountId()) {
            throw Problem.conflict("An operator cannot disable the own account; another operator can.")
                    .asException();
        }
        if (!accounts.disable(call.id())) {
            throw Problem.notFound("user").asException();
        }
        sessions.forgetAccount(call.id());
        browsers.forgetAccount(call.id());
        keys.forgetAccount(call.id());
        return Answer.noContent();
    }
}
