package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The addresses and domains that the workspace sends from.
final class SenderPages implements Feature {

    private final Door door;

    SenderPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                door.page("/console/senders", this::list, "cursor"),
                door.deed("/console/senders/{id}/verify", (visit, form) -> {
                    visit.ask("verifySender").id(visit.id()).data();
                    return visit.go("/console/senders", Note.CHECKED);
                }),
                door.deed("/console/senders/{id}/delete", (visit, form) -> {
                    visit.ask("deleteSender").id(visit.id()).answer();
                    return visit.go("/console/senders", Note.DELETED);
                })));
        routes.addAll(door.form("/console/senders/new", new NewSender()));
        return routes;
    }

    private Answer list(Visit visit) throws Exception {
        var page =
                visit.ask("listSenders").query("cursor", visit.query("cursor")).page();
        return visit.page("senders", visit.shell("Senders", "senders"), visit.rows(page));
    }

    private static final class NewSender implements FormPage {

        @Override
        public Form stored(Visit visit) {
            return Form.EMPTY;
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) {
            return visit.page(
                    "sendernew", visit.shell("Add a sender", "senders"), Map.of("form", form, "trouble", trouble));
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            Map<String, String> sender = new LinkedHashMap<>();
            sender.put("identity", form.line("identity"));
            if (!form.line("name").isEmpty()) {
                sender.put("name", form.line("name"));
            }
            visit.ask("createSender").body(sender).data();
            return visit.go("/console/senders", Note.SENDER_ADDED);
        }

        @Override
        public List<String> fields() {
            return List.of("identity", "name");
        }
    }
}
