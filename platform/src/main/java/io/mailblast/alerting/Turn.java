package io.mailblast.alerting;

import io.mailblast.db.Database;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whose turn it is to evaluate: of several nodes one, and another when it has been silent. While the database is away,
/// whoever had the turn keeps it, so that somebody says that it is away.
final class Turn {

    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

    private static final String TAKE = """
            insert into alert_evaluator as held (singleton, node, until)
            values (true, :node, clock_timestamp() + :seconds * interval '1 second')
            on conflict (singleton) do update set node = excluded.node, until = excluded.until
            where held.node = excluded.node or held.until < clock_timestamp()
            returning node
            """;

    private final Database database;
    private final String node;
    private final Duration lease;
    private boolean ours;

    /// @param lease after which a silent node loses its turn
    Turn(Database database, String node, Duration lease) {
        this.database = database;
        this.node = node;
        this.lease = lease;
    }

    /// Asks for the turn, or keeps it.
    boolean take() {
        try {
            ours = database.write(handle -> handle.createQuery(TAKE)
                    .bind("node", node)
                    .bind("seconds", lease.toMillis() / 1000.0)
                    .mapTo(String.class)
                    .findOne()
                    .isPresent());
        } catch (RuntimeException e) {
            // Kept as it is. Where it is not ours, perhaps nobody looks.
            if (!ours) {
                LOG.warn("alerting=waits reason=\"{}\"", e.getMessage());
            }
        }
        return ours;
    }

    /// Lets the next one have it at once.
    void end() {
        if (ours) {
            try {
                int _ = database.write(handle -> handle.createUpdate("delete from alert_evaluator where node = :node")
                        .bind("node", node)
                        .execute());
            } catch (RuntimeException e) {
                // It ends by itself.
            }
        }
    }
}
