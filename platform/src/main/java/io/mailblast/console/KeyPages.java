package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keys by which programs use the API in this workspace.
final class KeyPages implements Feature {

    private final Door door;

    KeyPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                door.page("/console/keys", KeyPages::list, "cursor"),
                door.deed("/console/keys/{id}/revoke", (visit, form) -> {
                    visit.ask("revokeApiKey").id(visit.id()).answer();
                    return visit.go("/console/keys", Note.REVOKED);
                })));
        routes.addAll(door.form("/console/keys/new", new NewKey()));
        return routes;
    }

    private static Answer list(Visit visit) throws Exception {
        var page =
                visit.ask("listApiKeys").query("cursor", visit.query("cursor")).page();
        return visit.page("keys", visit.shell("API keys", "keys"), visit.rows(page));
    }

    private static final class NewKey implements FormPage {

        @Override
        public Form stored(Visit visit) {
            return Form.EMPTY;
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) {
            return visit.page("keynew", visit.shell("Make a key", "keys"), Map.of("form", form, "trouble", trouble));
        }

        /// The page that answers is the only one that shows the key, so there is no other to go to.
        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            Map<String, String> key = new LinkedHashMap<>();
            key.put("name", form.line("name"));
            if (!form.line("expires_at").isEmpty()) {
                key.put("expires_at", endOf(form.line("expires_at")));
            }
            Row made = new Row(visit.ask("createApiKey").body(key).data());
            return visit.page("keymade", visit.shell("Your new key", "keys"), Map.of("made", made));
        }

        /// Of a day as a date field gives it; anything else is left for the API to refuse.
        private static String endOf(String day) {
            try {
                return LocalDate.parse(day)
                        .plusDays(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toString();
            } catch (DateTimeParseException e) {
                return day;
            }
        }

        @Override
        public List<String> fields() {
            return List.of("name", "expires_at");
        }
    }
}
