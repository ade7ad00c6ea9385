package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How the installation is, and who may use it; for operators.
final class SystemPages implements Feature {

    private final Door door;
    private final Live live;

    SystemPages(Door door, Live live) {
        this.door = door;
        this.live = live;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                door.page("/console/system", SystemPages::show),
                door.live("/console/system/live", this::watch),
                door.deed("/console/system/try-delivery", (visit, form) -> {
                    requireOperator(visit);
                    return show(
                            visit, Optional.of(new Row(visit.ask("testDelivery").data())));
                }),
                door.page("/console/users", SystemPages::users, "cursor"),
                door.deed("/console/users/{id}/disable", (visit, form) -> {
                    visit.ask("disableUser").id(visit.id()).answer();
                    return visit.go("/console/users", Note.DISABLED);
                })));
        routes.addAll(door.form("/console/users/new", new NewUser()));
        return routes;
    }

    private static Answer show(Visit visit) throws Exception {
        return show(visit, Optional.empty());
    }

    /// @param trial of the way that mails leave by
    private static Answer show(Visit visit, Optional<Row> trial) throws Exception {
        Map<String, Object> values = state(visit);
        values.put("trial", trial);
        return visit.page("system", visit.shell("System", "system"), values);
    }

    private Answer watch(Visit visit) throws Exception {
        requireOperator(visit);
        return live.answer(
                visit, () -> new Live.Scene(Map.of("system", visit.render("systemstate", state(visit))), ""));
    }

    private static Map<String, Object> state(Visit visit) throws Exception {
        requireOperator(visit);
        Map<String, Object> values = new HashMap<>();
        values.put(
                "metrics",
                new Row(visit.ask("metrics")
                        .header("Accept", "application/json")
                        .bare()));
        values.put("health", new Row(visit.ask("ready").bare()));
        values.put("hold", new Row(visit.ask("getInstallationHold").data()));
        values.put("nodes", Row.all(visit.ask("listNodes").data()));
        return values;
    }

    /// Figures of all workspaces, which the routes behind them show to the machine's own programs.
    static void requireOperator(Visit visit) {
        if (!visit.visitor().principal().operator()) {
            throw Problem.forbidden().asException();
        }
    }

    private static Answer users(Visit visit) throws Exception {
        LocalApi.Page page =
                visit.ask("listUsers").query("cursor", visit.query("cursor")).page();
        Map<String, Object> values = visit.rows(page);
        values.put("own", visit.visitor().principal().accountId());
        return visit.page("users", visit.shell("Accounts", "users"), values);
    }

    private static final class NewUser implements FormPage {

        @Override
        public Form stored(Visit visit) {
            requireOperator(visit);
            return Form.of(Map.of("workspace", visit.visitor().workspace(), "role", "member"));
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) {
            return visit.page(
                    "usernew", visit.shell("Add an account", "users"), Map.of("form", form, "trouble", trouble));
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            visit.ask("createUser")
                    .body(Map.of(
                            "email", form.line("email"),
                            "password", form.get("password"),
                            "workspace", form.line("workspace"),
                            "role", form.line("role")))
                    .data();
            return visit.go("/console/users", Note.CREATED);
        }

        @Override
        public List<String> fields() {
            return List.of("email", "password", "workspace", "role");
        }
    }
}
