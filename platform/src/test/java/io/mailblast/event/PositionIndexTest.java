package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PositionIndexTest extends IngestScene {

    /// How many ranges of pages were not in the index.
    private static final String MISSING = """
            select sum(brin_summarize_new_values(i.indexrelid)) from pg_index i join pg_class c on c.oid = i.indexrelid
            where i.indrelid = to_regclass('event_2026_03') and c.relname like '%position%'
            """;

    private static final String ROWS = """
            insert into event (at, workspace_id, campaign_id, recipient_no, kind, position)
            select '2026-03-02', 1, 1, 1, 'opened', n from generate_series(1, 30000) n
            """;

    private final Instant march = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void pagesAreAddedOnceThereAreEnoughOfThem() {
        run("select ensure_period('2026-03-05')");
        PositionIndex index = new PositionIndex(db.database());

        run(ROWS);
        index.grew(30_000, Set.of(march));
        run(ROWS);
        index.grew(30_000, Set.of(march));

        assertThat(number(MISSING)).isZero();
        run(ROWS);
        index.grew(30_000, Set.of(march));
        assertThat(number(MISSING)).isPositive();
    }

    /// Without it the index is not used: whoever asks for the newest events would read all of the month.
    @Test
    void postgresLearnsHowRowsLieBeforeItLooksForItself() {
        run("select ensure_period('2026-04-05')");
        run(ROWS.replace("2026-03", "2026-04"));

        new PositionIndex(db.database()).grew(60_000, Set.of(Instant.parse("2026-04-01T00:00:00Z")));

        assertThat(number(
                        "select correlation from pg_stats where tablename = 'event_2026_04' and attname = 'position'"))
                .isEqualTo(1);
    }

    @Test
    void aMonthThatIsGoneIsNoTrouble() {
        new PositionIndex(db.database()).grew(100_000, Set.of(Instant.parse("2019-01-01T00:00:00Z")));

        assertThat(differences()).isEmpty();
    }
}
