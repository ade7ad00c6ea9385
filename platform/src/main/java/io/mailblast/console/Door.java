package io.mailblast.console;

import io.mailblast.auth.Auth;
import io.mailblast.auth.BrowserSessions.Visitor;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Problem;
import io.mailblast.http.ProblemException;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where every request of the console comes in: who is not signed in is led to where that is done, and comes back
/// with what was typed; a form that another site sent goes nowhere.
final class Door {

    private final Pages pages;
    private final Assets assets;
    private final Cookies cookies;
    private final Auth.Doors doors;
    private final LocalApi api;

    Door(Pages pages, Assets assets, Cookies cookies, Auth.Doors doors, LocalApi api) {
        this.pages = pages;
        this.assets = assets;
        this.cookies = cookies;
        this.doors = doors;
        this.api = api;
    }

    /// Shows something.
    @FunctionalInterface
    interface View {
        Answer show(Visit visit) throws Exception;
    }

    /// Does something that a button asks for.
    @FunctionalInterface
    interface Deed {
        Answer act(Visit visit, Form form) throws Exception;
    }

    /// A page. Its queries are texts; those that are not named are not seen.
    Route page(String path, View view, String... queries) {
        return builder(Route.get(path, "console GET " + path), queries).handle(call -> {
            Optional<Visit> visit = visit(call);
            return visit.isPresent() ? shown(visit.get(), view) : away(call);
        });
    }

    /// A page whose answer goes on while somebody looks.
    Route live(String path, View view, String... queries) {
        return builder(Route.get(path, "console GET " + path), queries).live().handle(call -> {
            Optional<Visit> visit = visit(call);
            return visit.isPresent() ? shown(visit.get(), view) : away(call);
        });
    }

    /// A form: its page, and what it does.
    List<Route> form(String path, FormPage form, String... queries) {
        return List.of(
                page(path, visit -> form.show(visit, form.stored(visit), Trouble.NONE), queries),
                deed(path, (visit, typed) -> {
                    if (typed.has("_restore")) {
                        return form.show(visit, typed.typed(), Trouble.RESTORED);
                    }
                    try {
                        return form.submit(visit, typed);
                    } catch (ProblemException e) {
                        if (!isMendable(e.problem())) {
                            throw e;
                        }
                        Answer again = form.show(visit, typed.typed(), Trouble.of(e.problem(), form.fields()));
                        return new Answer(422, again.headers(), again.body());
                    }
                }));
    }

    /// What a button does.
    Route deed(String path, Deed deed) {
        return builder(Route.post(path, "console POST " + path))
                .consumes(Form.MEDIA_TYPE)
                .handle(call -> {
                    if (Csrf.isForeign(call)) {
                        throw foreign().asException();
                    }
                    Optional<Visit> visit = visit(call);
                    Form form = Form.read(call);
                    if (visit.isEmpty()) {
                        return keep(call, form);
                    }
                    if (!Csrf.isGood(form.get("_csrf"), cookies.of(call).orElse(""))) {
                        throw foreign().asException();
                    }
                    return shown(visit.get(), one -> deed.act(one, form));
                });
    }

    /// A body that is no form, such as a file; a script sends it with its token in a header.
    Route upload(String path, View view, String... mediaTypes) {
        return builder(Route.post(path, "console POST " + path), "list_id", "new_list", "mode", "columns")
                .consumes(mediaTypes)
                .handle(call -> {
                    Optional<Visit> visit = visit(call);
                    if (Csrf.isForeign(call)
                            || !Csrf.isGood(
                                    call.header("X-Csrf").orElse(""),
                                    cookies.of(call).orElse(""))) {
                        throw foreign().asException();
                    }
                    return visit.isPresent() ? view.show(visit.get()) : away(call);
                });
    }

    /// A page for those who are not signed in.
    Route.Builder open(Route.Builder builder, String... queries) {
        return builder(builder, queries);
    }

    Optional<Visit> visit(Call call) {
        Optional<String> cookie = cookies.of(call);
        Optional<Visitor> visitor = cookie.flatMap(doors.sessions()::check);
        return visitor.map(known -> new Visit(call, known, cookie.orElseThrow(), doors.sessions(), api, pages, assets));
    }

    /// A page outside the console proper.
    Answer bare(Call call, int status, String template, Map<String, Object> values) {
        Map<String, Object> all = new java.util.HashMap<>(values);
        all.put("assets", assets);
        return pages.page(call, status, template, all);
    }

    Answer go(String path) {
        return pages.secured(Answer.seeOther(path), Pages.POLICY);
    }

    static Problem foreign() {
        return Problem.of(
                403,
                "foreign-form",
                "This did not come from here",
                "The form was sent by another site, or is of an earlier sign-in. Open the page again and repeat it.");
    }

    private Route.Builder builder(Route.Builder route, String... queries) {
        route.access(Access.PUBLIC).answers(200, "text/html").page(this::said).query("done", Schema.text(0, 40), "");
        for (String query : queries) {
            route.query(query, Schema.text(0, 1_000), "");
        }
        return route;
    }

    private Answer shown(Visit visit, View view) throws Exception {
        try {
            return view.show(visit);
        } catch (ProblemException e) {
            Problem problem = e.problem();
            return visit.page(
                    problem.status(), "problem", visit.shell(problem.title(), ""), Map.of("problem", problem));
        }
    }

    private Answer said(Problem problem) {
        String page = pages.render("bareproblem", Map.of("problem", problem, "assets", assets));
        return pages.secured(Answer.html(problem.status(), page), Pages.POLICY);
    }

    /// To the sign-in, and back from there; a script is told to say so itself, because its page holds what is typed.
    private Answer away(Call call) {
        if (call.header("HX-Request").isPresent()
                || call.header("Accept").orElse("").contains("text/event-stream")
                || call.header("X-Csrf").isPresent()) {
            return pages.secured(Answer.html(401, ""), Pages.POLICY);
        }
        if (doors.firstAccount().isAwaited()) {
            return bare(call, 200, "nobody", Map.of());
        }
        return go("/console/sign-in?to=" + URLEncoder.encode(call.path(), StandardCharsets.UTF_8));
    }

    /// The sign-in, with what was typed in it, for when the session ended meanwhile. Only for a form that came from a
    /// page of that session: its cookie is still there.
    private Answer keep(Call call, Form form) {
        boolean ours = Csrf.isGood(form.get("_csrf"), cookies.of(call).orElse(""));
        return bare(
                call,
                401,
                "signin",
                Map.of(
                        "to",
                        "",
                        "email",
                        "",
                        "trouble",
                        Trouble.NONE,
                        "keptPath",
                        ours ? call.path() : "",
                        "kept",
                        ours ? form.typed() : Form.EMPTY));
    }

    private static boolean isMendable(Problem problem) {
        return problem.status() == 400 || problem.status() == 409 || problem.status() == 422;
    }
}
