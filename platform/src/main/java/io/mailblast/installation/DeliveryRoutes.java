package io.mailblast.installation;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `/installation/delivery/test`: whether the way that mails leave by can be gone, asked without a mail.
public final class DeliveryRoutes implements Feature {

    private static final Schema.Shape TRIAL = Schema.shape("DeliveryTrial")
            .field("provider", Schema.choice("ses", "smtp"))
            .field("account", Schema.line(1, 300))
            .field("good", Schema.flag())
            .field("problem", Schema.orNull(Schema.text(0, 2_000)))
            .field("seconds", Schema.number())
            .field("per_second", Schema.orNull(Schema.number()))
            .field("per_day", Schema.orNull(Schema.number()))
            .field("sent_today", Schema.orNull(Schema.number()));

    private final Supplier<Trial> trial;

    /// What trying came to.
    ///
    /// @param account by which the provider's account is known; without secrets
    /// @param problem null where it is good
    /// @param seconds until it was known
    /// @param perSecond mails that the account allows; null where that is not known
    /// @param perDay the same in 24 hours; null for no limit, or not known
    /// @param sentToday in the last 24 hours; null where that is not known
    public record Trial(
            String provider,
            String account,
            boolean good,
            @Nullable String problem,
            double seconds,
            @Nullable Double perSecond,
            @Nullable Double perDay,
            @Nullable Double sentToday) {}

    /// @param trial waits for the provider, at most as long as a worker does
    public DeliveryRoutes(Supplier<Trial> trial) {
        this.trial = trial;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post("/installation/delivery/test", "testDelivery")
                .tag("installation")
                .summary("Connects to the provider as a worker does, signs in, and asks what it allows; sends nothing")
                .access(Access.OPERATOR)
                .answers(200, TRIAL)
                .handle(_ -> Answer.ok(trial.get())));
    }
}
