package io.mailblast.campaign;

import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `/contacts/{id}/history`: which campaigns a contact got, and what came of each.
public final class ContactHistoryRoutes implements Feature {

    private static final int MOST_CLICKS = 20;

    private static final Schema TIME = Schema.formatted("date-time", 40);

    private static final Schema.Shape CLICK = Schema.shape("ContactClick")
            .field("at", TIME)
            .field("url", Schema.orNull(Schema.text(0, 10_000)))
            .field("machine", Schema.flag());

    private static final Schema.Shape MAIL = Schema.shape("ContactMail")
            .field("campaign_id", Schema.id())
            .field("campaign", Schema.text(0, 1_000))
            .field("state", Schema.choice(Stats.STATES.toArray(new String[0])))
            .field("at", Schema.orNull(TIME))
            .field("last_error", Schema.orNull(Schema.text(0, 10_000)))
            .field("events", Schema.items(Schema.line(1, 40), 20))
            .field("clicks", Schema.items(CLICK, MOST_CLICKS));

    private final Stats stats;
    private final Deeds deeds;

    /// What a recipient did.
    public interface Deeds {

        /// @return kinds of event, as the database spells them
        Set<String> kinds(long campaignId, int recipientNo);

        /// The last ones, newest first.
        List<Followed> clicks(long campaignId, int recipientNo, int limit);

        record Followed(Instant at, int linkNo, boolean machine) {}
    }

    public ContactHistoryRoutes(Database database, Deeds deeds) {
        this.stats = new Stats(database);
        this.deeds = deeds;
    }

    private record Mail(
            long campaignId,
            String campaign,
            String state,
            @Nullable Instant at,
            @Nullable String lastError,
            Set<String> events,
            List<Click> clicks) {}

    private record Click(Instant at, @Nullable String url, boolean machine) {}

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/contacts/{id}/history", "getContactHistory")
                .tag("contacts")
                .summary("The campaigns that it was a recipient of, of the last " + Stats.LOOKED_AT
                        + " of the workspace, newest first, with what came of each")
                .query("limit", Schema.whole(1, 100), "How many, 25 unless said")
                .answers(200, Schema.items(MAIL, 100))
                .handle(this::history));
    }

    private Answer history(Call call) {
        int limit = call.query("limit").map(Integer::parseInt).orElse(25);
        if (!stats.isContact(call.workspaceId(), call.id())) {
            throw Problem.notFound("contact").asException();
        }
        return Answer.ok(stats.mails(call.workspaceId(), call.id(), limit).stream()
                .map(this::mail)
                .toList());
    }

    private Mail mail(Stats.Mail mail) {
        List<Deeds.Followed> clicks = deeds.clicks(mail.campaignId(), mail.recipientNo(), MOST_CLICKS);
        Map<Integer, String> urls = clicks.isEmpty() ? Map.of() : stats.urls(mail.campaignId());
        return new Mail(
                mail.campaignId(),
                mail.campaign(),
                mail.state(),
                mail.at(),
                mail.lastError(),
                new TreeSet<>(deeds.kinds(mail.campaignId(), mail.recipientNo())),
                clicks.stream()
                        .map(click -> new Click(click.at(), urls.get(click.linkNo()), click.machine()))
                        .toList());
    }
}
