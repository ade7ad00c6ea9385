package io.mailblast.alerting;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/receivers`, for operators: who is told of alerts, and whether that works.
final class ReceiverRoutes implements Feature {

    private static final Schema NAME = Schema.line(1, 20);
    private static final int MOST = 10;

    private static final Schema.Shape RECEIVER =
            Schema.shape("Receiver").field("name", NAME).field("on_call", Schema.flag());
    private static final Schema.Shape TRIAL = Schema.shape("ReceiverTrial")
            .field("name", NAME)
            .field("good", Schema.flag())
            .field("problem", Schema.orNull(Schema.text(0, 2_000)));

    private final AlertingConfig config;
    private final String console;

    /// @param console where people look further, a URL without a slash at its end
    ReceiverRoutes(AlertingConfig config, String console) {
        this.config = config;
        this.console = console;
    }

    private record Shown(String name, boolean onCall) {}

    private record Tried(
            String name, boolean good, @Nullable String problem) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/receivers", "listReceivers")
                        .tag("monitoring")
                        .summary("Who is told of alerts, as configured")
                        .access(Access.OPERATOR)
                        .answers(200, Schema.items(RECEIVER, MOST))
                        .handle(_ -> Answer.ok(shown())),
                Route.post("/receivers/test", "testReceivers")
                        .tag("monitoring")
                        .summary("Tells each of them of an alert that is none, and of its end")
                        .access(Access.OPERATOR)
                        .answers(200, Schema.items(TRIAL, MOST))
                        .handle(_ -> Answer.ok(tried())));
    }

    private List<Shown> shown() {
        String onCall = Receivers.onCall(config);
        return ReceiverTrial.names(config).stream()
                .map(name -> new Shown(name, name.equals(onCall)))
                .toList();
    }

    private List<Tried> tried() throws InterruptedException {
        Map<String, String> troubles = ReceiverTrial.run(config, console);
        return ReceiverTrial.names(config).stream()
                .map(name -> new Tried(name, !troubles.containsKey(name), troubles.get(name)))
                .toList();
    }
}
