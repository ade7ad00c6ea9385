package io.mailblast.event;

import io.mailblast.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Makes partitions before rows of their month are written, in a transaction of its own: the lock that it takes
/// must not be held while a batch is ingested.
final class Periods {

    /// Younger ones are kept whatever `retention.*` says, so that they are still there later; see
    /// [RetentionConfig].
    private static final Duration CERTAIN = Duration.ofDays(30);

    private final Database database;
    private final Set<Instant> known = ConcurrentHashMap.newKeySet();

    Periods(Database database) {
        this.database = database;
    }

    /// The first moment of a time's month, in UTC, as partitions are cut.
    static Instant month(Instant at) {
        return at.atOffset(ZoneOffset.UTC)
                .withDayOfMonth(1)
                .truncatedTo(ChronoUnit.DAYS)
                .toInstant();
    }

    void ensure(Collection<Instant> months) {
        for (Instant month : months) {
            if (!known.contains(month)) {
                database.write(handle -> handle.createQuery("select ensure_period(:at)")
                        .bind("at", month.atOffset(ZoneOffset.UTC))
                        .mapTo(String.class)
                        .one());
                if (month.isAfter(Instant.now().minus(CERTAIN))) {
                    known.add(month);
                }
            }
        }
    }

    /// After a failure: a partition may have been dropped since.
    void forget() {
        known.clear();
    }
}
