package io.mailblast.sending;

import io.mailblast.delivery.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What follows from what an attempt came to: the fact that is put on record, the next attempt, and who else has to
/// wait.
final class Outcomes {

    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private final Recorder recorder;
    private final Leases leases;
    private final Retries retries;
    private final AccountRate rate;
    private final DailyQuota daily;
    private final ProviderWatch provider;
    private final InstantSource clock;

    Outcomes(
            Recorder recorder,
            Leases leases,
            Retries retries,
            AccountRate rate,
            DailyQuota daily,
            ProviderWatch provider,
            InstantSource clock) {
        this.recorder = recorder;
        this.leases = leases;
        this.retries = retries;
        this.rate = rate;
        this.daily = daily;
        this.provider = provider;
        this.clock = clock;
    }

    /// A message that was begun.
    ///
    /// @param at when this attempt began
    record Begun(Work work, Instant at) {

        Instant firstAt() {
            return work.firstBegunAt() == null ? at : work.firstBegunAt();
        }
    }

    /// It was begun, and no byte of it left.
    void withdrawn(Begun begun, String reason) throws InterruptedException {
        close(begun, "withdrawn", null, reason, begun.at());
    }

    /// It was begun, and can never be sent.
    void failed(Begun begun, String reason) throws InterruptedException {
        close(begun, "refused", null, reason, null);
    }

    void came(Begun begun, Outcome outcome) throws InterruptedException {
        switch (outcome) {
            case Outcome.Accepted accepted -> {
                rate.taken();
                close(begun, "accepted", accepted.providerId(), null, null);
            }
            case Outcome.Refused refused -> close(begun, "refused", null, refused.reason(), null);
            case Outcome.Deferred deferred -> {
                others(begun.work(), deferred);
                defer(begun, deferred);
            }
            case Outcome.InDoubt doubt -> {
                LOG.warn(
                        "message=in_doubt campaign={} recipient={} reason=\"{}\"",
                        begun.work().range().campaignId(),
                        begun.work().recipientNo(),
                        doubt.reason());
                leases.inDoubt(begun.work(), doubt.reason());
            }
        }
    }

    private void others(Work work, Outcome.Deferred deferred) {
        switch (deferred.scope()) {
            case MESSAGE, DOMAIN -> {}
            case SENDER -> leases.pause(work.range().campaignId(), deferred.reason());
            case RATE -> rate.throttled(deferred.after());
            case QUOTA -> daily.used(deferred.reason());
            case ACCOUNT -> provider.refused(deferred.reason(), deferred.after());
            case PROVIDER -> provider.trouble(deferred.reason());
        }
    }

    private void defer(Begun begun, Outcome.Deferred deferred) throws InterruptedException {
        Duration pause = retries.pause(begun.work().attempt(), deferred.after());
        Instant due = clock.instant().plus(pause);
        // What concerns all is no fault of this one, however long it lasts.
        if (!deferred.throttled() && retries.isTooLate(begun.firstAt(), due)) {
            failed(begun, "given up after the last of many tries: " + deferred.reason());
            return;
        }
        close(begun, "deferred", null, deferred.reason(), due);
    }

    private void close(
            Begun begun, String kind, @Nullable String providerId, @Nullable String detail, @Nullable Instant dueAt)
            throws InterruptedException {
        recorder.put(new SendFacts.Close(begun.work(), kind, providerId, detail, dueAt, begun.firstAt()));
    }
}
