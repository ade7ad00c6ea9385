package io.mailblast.db;

import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/// How long the statements of this process took, as it saw them: the network and the wait for its rows included. Each
/// text is one entry; it has no values in it, they are bound. `COPY` and what goes around Jdbi are not here.
public final class StatementTimes implements SqlLogger {

    /// A text that is made at run time must not fill the memory.
    private static final int MOST_TEXTS = 2_000;

    private static final String OTHERS = "(others)";

    /// Of a transaction that [Database#allow] lets take its time.
    static final String LONG = "mailblast.long";

    private final Map<String, Times> times = new ConcurrentHashMap<>();
    private final LongAccumulator slowestNs = new LongAccumulator(Math::max, 0);

    /// @param calls that ended well or badly
    /// @param mean of all calls
    /// @param isLong whether it may take its time, as those of imports may
    public record Entry(String text, long calls, Duration mean, Duration max, boolean isLong) {}

    private static final class Times {
        private final LongAdder calls = new LongAdder();
        private final LongAdder totalNs = new LongAdder();
        private final LongAccumulator maxNs = new LongAccumulator(Math::max, 0);
        private volatile boolean isLong;
    }

    @Override
    public void logAfterExecution(StatementContext context) {
        took(context.getRenderedSql(), context.getElapsedTime(ChronoUnit.NANOS), context.getAttribute(LONG) != null);
    }

    @Override
    public void logException(StatementContext context, SQLException e) {
        if (context.getRenderedSql() != null && context.getExecutionMoment() != null) {
            logAfterExecution(context);
        }
    }

    void took(String text, long nanos, boolean isLong) {
        String key = times.size() < MOST_TEXTS || times.containsKey(text) ? text : OTHERS;
        Times entry = times.computeIfAbsent(key, _ -> new Times());
        entry.calls.increment();
        entry.totalNs.add(nanos);
        entry.maxNs.accumulate(nanos);
        if (isLong) {
            entry.isLong = true;
        } else {
            slowestNs.accumulate(nanos);
        }
    }

    /// The slowest that ended since this was last asked, those aside that may take their time.
    public Duration slowestSince() {
        return Duration.ofNanos(slowestNs.getThenReset());
    }

    /// Those that once took as long, slowest first.
    public List<Entry> from(Duration least) {
        return times.entrySet().stream()
                .map(each -> entry(each.getKey(), each.getValue()))
                .filter(each -> each.max().compareTo(least) >= 0)
                .sorted((one, other) -> other.max().compareTo(one.max()))
                .toList();
    }

    private static Entry entry(String text, Times times) {
        long calls = Math.max(1, times.calls.sum());
        return new Entry(
                text.strip().replaceAll("\\s+", " "),
                calls,
                Duration.ofNanos(times.totalNs.sum() / calls),
                Duration.ofNanos(times.maxNs.get()),
                times.isLong);
    }
}
