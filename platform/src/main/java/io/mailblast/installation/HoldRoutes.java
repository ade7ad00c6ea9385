package io.mailblast.installation;

import io.mailblast.db.Database;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `/installation/hold` and `/installation/release`: operators hold all sending, and let it go on.
public final class HoldRoutes implements Feature {

    private static final Schema.Shape PENDING = Schema.shape("PendingCampaign")
            .field("id", Schema.id())
            .field("name", Schema.text(0, 200))
            .field("state", Schema.text(1, 20))
            .field("scheduled_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("waiting", Schema.whole(0, Long.MAX_VALUE));

    private static final Schema.Shape HOLD = Schema.shape("InstallationHold")
            .field("held", Schema.flag())
            .field("held_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("reason", Schema.orNull(Schema.text(0, 1_000)))
            .field("would_send", Schema.items(PENDING, 100_000));

    private static final Schema.Shape NEW_HOLD =
            Schema.shape("NewInstallationHold").field("reason", Schema.line(1, 500));

    private final Holds holds;

    public HoldRoutes(Database database) {
        this.holds = new Holds(database);
    }

    private record Answered(
            boolean held,
            @Nullable Instant heldAt,
            @Nullable String reason,
            List<Holds.Pending> wouldSend) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/installation/hold", "getInstallationHold")
                        .tag("installation")
                        .summary("Whether all sending is held back, why, and what would go on after a release")
                        .access(Access.OPERATOR)
                        .answers(200, HOLD)
                        .handle(_ -> Answer.ok(answered())),
                Route.post("/installation/hold", "holdInstallation")
                        .tag("installation")
                        .summary("Hold all sending back; what is begun ends, nothing more is begun")
                        .access(Access.OPERATOR)
                        .body(NEW_HOLD)
                        .answers(200, HOLD)
                        .handle(this::hold),
                Route.post("/installation/release", "releaseInstallation")
                        .tag("installation")
                        .summary("Let sending go on; the answer lists what it sends")
                        .access(Access.OPERATOR)
                        .answers(200, HOLD)
                        .problems(409)
                        .handle(this::release));
    }

    private Answer hold(Call call) {
        holds.hold(call.body().get("reason").textValue(), call.principal().accountId());
        return Answer.ok(answered());
    }

    private Answer release(Call call) {
        if (holds.release(call.principal().accountId()).isEmpty()) {
            throw Problem.conflict("Sending is not held back.").asException();
        }
        return Answer.ok(answered());
    }

    private Answered answered() {
        Optional<Holds.Hold> hold = holds.current();
        return new Answered(
                hold.isPresent(),
                hold.map(Holds.Hold::heldAt).orElse(null),
                hold.map(Holds.Hold::reason).orElse(null),
                holds.wouldSend());
    }
}
