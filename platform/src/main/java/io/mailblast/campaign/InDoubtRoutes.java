package io.mailblast.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `/campaigns/{id}/in-doubt`: messages whose outcome is unknown, and what a person decides of them.
public final class InDoubtRoutes implements Feature {

    private static final int MOST_RECIPIENTS = 10_000;

    private static final Schema NUMBER = Schema.whole(0, Integer.MAX_VALUE);

    private static final Schema.Shape MESSAGE = Schema.shape("MessageInDoubt")
            .field("recipient_no", NUMBER)
            .field("contact_id", Schema.orNull(Schema.id()))
            .field("email", Schema.orNull(Schema.text(0, 254)))
            .field("attempt", NUMBER)
            .field("worker_id", Schema.orNull(Schema.id()))
            .field("since", Schema.formatted("date-time", 40))
            .field("reason", Schema.text(0, 10_000))
            .field("send_again_at", Schema.formatted("date-time", 40));

    private static final Schema.Shape SETTLEMENT = Schema.shape("Settlement")
            .field("as", Schema.choice("sent", "unsent"))
            .optional("recipients", Schema.orNull(Schema.items(NUMBER, MOST_RECIPIENTS)));

    private static final Schema.Shape SETTLED = Schema.shape("Settled")
            .field("settled", NUMBER)
            .field("too_early", NUMBER)
            .field("send_again_at", Schema.orNull(Schema.formatted("date-time", 40)));

    private final InDoubt inDoubt;

    public InDoubtRoutes(Database database) {
        this.inDoubt = new InDoubt(database);
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/campaigns/{id}/in-doubt", "listMessagesInDoubt")
                        .tag("sending")
                        .summary("Messages whose outcome is unknown, since when, and when they may be sent again")
                        .paged()
                        .answersPage(MESSAGE)
                        .handle(this::list),
                Route.post("/campaigns/{id}/in-doubt/settle", "settleMessagesInDoubt")
                        .tag("sending")
                        .summary(
                                "Count messages in doubt as sent, or send them again; all of them unless some are named")
                        .body(SETTLEMENT)
                        .answers(200, SETTLED)
                        .problems(409)
                        .handle(this::settle));
    }

    private Answer list(Call call) {
        List<InDoubt.Message> page = inDoubt.list(call.workspaceId(), call.id(), Cursor.key(call, -1), call.limit())
                .orElseThrow(() -> Problem.notFound("campaign").asException());
        return Answer.page(
                page,
                page.isEmpty()
                        ? null
                        : Cursor.after(page.size(), call.limit(), page.getLast().recipientNo()));
    }

    private Answer settle(Call call) {
        InDoubt.Verdict verdict =
                call.body().path("as").asText().equals("sent") ? InDoubt.Verdict.SENT : InDoubt.Verdict.UNSENT;
        InDoubt.Settled settled = inDoubt.settle(
                        call.workspaceId(),
                        call.id(),
                        recipients(call.body()),
                        verdict,
                        call.principal().accountId())
                .orElseThrow(() -> Problem.notFound("campaign").asException());
        if (settled.settled() == 0 && settled.tooEarly() > 0) {
            throw Problem.conflict(settled.tooEarly() + " messages may not be sent again before "
                            + settled.sendAgainAt() + ": their worker is not known to be gone for long enough.")
                    .asException();
        }
        return Answer.ok(settled);
    }

    private static @Nullable List<Integer> recipients(JsonNode body) {
        JsonNode named = body.path("recipients");
        if (!named.isArray()) {
            return null;
        }
        List<Integer> recipients = new ArrayList<>();
        named.forEach(number -> recipients.add(number.asInt()));
        return recipients;
    }
}
