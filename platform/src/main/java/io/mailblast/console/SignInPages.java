package io.mailblast.console;

import io.mailblast.auth.Account;
import io.mailblast.auth.Accounts;
import io.mailblast.auth.Auth;
import io.mailblast.auth.SignIn;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Coming in and going out: signing in and out, and the first account.
final class SignInPages implements Feature {

    private static final String HOME = "/console";

    private final Door door;
    private final Cookies cookies;
    private final Auth.Doors doors;

    SignInPages(Door door, Cookies cookies, Auth.Doors doors) {
        this.door = door;
        this.cookies = cookies;
        this.doors = doors;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                door.open(Route.get("/console/sign-in", "console GET sign-in"), "to")
                        .handle(this::ask),
                door.open(Route.post("/console/sign-in", "console POST sign-in"))
                        .consumes(Form.MEDIA_TYPE)
                        .handle(this::signIn),
                door.open(Route.get("/console/first-run", "console GET first-run"), "token")
                        .handle(this::welcome),
                door.open(Route.post("/console/first-run", "console POST first-run"))
                        .consumes(Form.MEDIA_TYPE)
                        .handle(this::firstAccount),
                door.deed("/console/sign-out", (visit, form) -> {
                    doors.sessions().end(cookies.of(visit.call()).orElse(""));
                    return visit.go("/console/sign-in").with("Set-Cookie", cookies.clear());
                }));
    }

    private Answer ask(Call call) {
        if (door.visit(call).isPresent()) {
            return door.go(HOME);
        }
        if (doors.firstAccount().isAwaited()) {
            return door.bare(call, 200, "nobody", Map.of());
        }
        return page(call, 200, Form.of(Map.of("to", call.query("to").orElse(""))), Trouble.NONE);
    }

    private Answer signIn(Call call) {
        if (Csrf.isForeign(call)) {
            throw Door.foreign().asException();
        }
        Form form = Form.read(call);
        return switch (doors.signIn()
                .attempt(own(form, "email").strip(), own(form, "password"), call.clientAddress())) {
            case SignIn.Result.Welcome(Account account) -> enter(call, account, form);
            case SignIn.Result.Wrong() ->
                page(call, 401, form, new Trouble("error", "The e-mail address or the password is wrong.", Map.of()));
            case SignIn.Result.Wait(var time) ->
                page(
                        call,
                        429,
                        form,
                        new Trouble(
                                "error",
                                "Too many sign-ins failed. Try again in " + Words.duration(time.toSeconds() + 1) + ".",
                                Map.of()));
        };
    }

    private Answer enter(Call call, Account account, Form form) {
        String cookie = doors.sessions().begin(account);
        String kept = local(form.get("_kept_path"));
        Answer answer = kept.isEmpty()
                ? door.go(local(form.get("to")).isEmpty() ? HOME : local(form.get("to")))
                : door.bare(
                        call,
                        200,
                        "kept",
                        Map.of("path", kept, "kept", form.typed().without("to"), "csrf", Csrf.token(cookie)));
        return answer.with("Set-Cookie", cookies.set(cookie));
    }

    private Answer page(Call call, int status, Form form, Trouble trouble) {
        return door.bare(
                call,
                status,
                "signin",
                Map.of(
                        "to",
                        local(form.get("to")),
                        "email",
                        own(form, "email"),
                        "trouble",
                        trouble,
                        "keptPath",
                        local(form.get("_kept_path")),
                        "kept",
                        form.typed().without("to")));
    }

    /// Beside what was kept of another form, the sign-in's own fields have names that no form has.
    private static String own(Form form, String field) {
        return form.get(form.has("_" + field) ? "_" + field : field);
    }

    private Answer welcome(Call call) {
        String token = call.query("token").orElse("");
        return doors.firstAccount().isGood(token)
                ? door.bare(call, 200, "firstrun", Map.of("token", token, "email", "", "trouble", Trouble.NONE))
                : door.bare(call, 403, "nobody", Map.of());
    }

    private Answer firstAccount(Call call) {
        if (Csrf.isForeign(call)) {
            throw Door.foreign().asException();
        }
        Form form = Form.read(call);
        String token = form.get("token");
        Optional<Accounts.Creation> creation =
                doors.firstAccount().create(token, form.line("email"), form.get("password"));
        if (creation.isEmpty()) {
            return door.bare(call, 403, "nobody", Map.of());
        }
        return switch (creation.get()) {
            case Accounts.Creation.Made(Account account) ->
                door.go("/console/start?done=" + Note.WELCOME.word())
                        .with("Set-Cookie", cookies.set(doors.sessions().begin(account)));
            case Accounts.Creation.Taken() -> door.bare(call, 403, "nobody", Map.of());
            case Accounts.Creation.Refused(var errors) ->
                door.bare(
                        call,
                        422,
                        "firstrun",
                        Map.of(
                                "token",
                                token,
                                "email",
                                form.get("email"),
                                "trouble",
                                Trouble.of(Problem.badInput(errors), List.of("email", "password"))));
        };
    }

    /// A path of the console itself, or nothing: nobody is led elsewhere from here.
    private static String local(String path) {
        return path.matches("/console(/[A-Za-z0-9_\\-/]*)?") ? path : "";
    }
}
