package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who is told of alerts; for operators.
final class ReceiverPages implements Feature {

    private final Door door;

    ReceiverPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                door.page("/console/receivers", visit -> show(visit, Optional.empty())),
                door.deed("/console/receivers/test", (visit, form) -> {
                    SystemPages.requireOperator(visit);
                    return show(
                            visit,
                            Optional.of(Row.all(visit.ask("testReceivers").data())));
                }));
    }

    /// @param trials what telling each of them came to
    private static Answer show(Visit visit, Optional<List<Row>> trials) throws Exception {
        SystemPages.requireOperator(visit);
        return visit.page(
                "receivers",
                visit.shell("Receivers", "receivers"),
                Map.of("rows", Row.all(visit.ask("listReceivers").data()), "trials", trials));
    }

    /// What people call it.
    static String title(String receiver) {
        return switch (receiver) {
            case "email" -> "E-mail";
            case "slack" -> "Slack";
            case "pagerduty" -> "PagerDuty";
            case "webhook" -> "Webhook";
            case "alertmanager" -> "Alertmanager";
            default -> receiver;
        };
    }
}
