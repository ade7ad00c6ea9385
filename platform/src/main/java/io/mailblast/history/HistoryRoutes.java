package io.mailblast.history;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `GET /history`: what was measured, as lines for a chart.
public final class HistoryRoutes implements Feature {

    private static final int MOST_SERIES = 20;
    private static final Duration LONGEST = Duration.ofDays(400);
    private static final Pattern RANGE = Pattern.compile("([1-9]\\d{0,4})([mhd])");
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,100}");

    private static final Schema TIME = Schema.formatted("date-time", 40);

    private static final Schema.Shape POINT = Schema.shape("HistoryPoint")
            .field("at", TIME)
            .field("mean", Schema.number())
            .field("least", Schema.number())
            .field("most", Schema.number());

    private static final Schema.Shape SERIES = Schema.shape("HistorySeries")
            .field("name", Schema.line(1, 100))
            .field("node", Schema.line(1, 300))
            .field("points", Schema.items(POINT, 100_000));

    private static final Schema.Shape HISTORY = Schema.shape("History")
            .field("resolution", Schema.choice("10s", "1m", "1h"))
            .field("step_seconds", Schema.number())
            .field("from", TIME)
            .field("to", TIME)
            .field("series", Schema.items(SERIES, 10_000));

    private final PastSeries past;
    private final InstantSource clock;

    public HistoryRoutes(PastSeries past, InstantSource clock) {
        this.past = past;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/history", "getHistory")
                        .tag("monitoring")
                        .summary("What was measured: each series of each process, oldest first")
                        .access(Access.OPERATOR)
                        .query("series", Schema.line(1, 2_000), "Names with commas between, 20 at most")
                        .query("range", Schema.line(1, 20), "Up to now, such as 30m, 24h or 30d; 1h unless said")
                        .query(
                                "resolution",
                                Schema.choice("auto", "10s", "1m", "1h"),
                                "How finely; auto, unless said, gives at most 1,500 points a series")
                        .answers(200, HISTORY)
                        .handle(this::history),
                Route.get("/history/series", "listHistorySeries")
                        .tag("monitoring")
                        .summary("The names of what is measured")
                        .access(Access.OPERATOR)
                        .answers(200, Schema.items(Schema.line(1, 100), 10_000))
                        .handle(_ -> Answer.ok(past.names())));
    }

    private Answer history(Call call) {
        List<String> names = names(call);
        Instant to = clock.instant();
        Instant from = to.minus(range(call.query("range").orElse("1h")));
        Resolution resolution = call.query("resolution")
                .filter(choice -> !choice.equals("auto"))
                .flatMap(Resolution::of)
                .orElseGet(() -> past.resolution(from, to));
        if (Duration.between(from, to).dividedBy(resolution.step(1)) > 20 * PastSeries.MOST_POINTS) {
            throw Problem.badInput("resolution", "is too fine for so long a range")
                    .asException();
        }
        PastSeries.Answer answer = past.read(names, resolution, from, to);
        return Answer.ok(Map.of(
                "resolution",
                answer.resolution().spelling(),
                "step_seconds",
                answer.step().toMillis() / 1000.0,
                "from",
                from,
                "to",
                to,
                "series",
                answer.series()));
    }

    private static List<String> names(Call call) {
        List<String> names = Arrays.stream(call.query("series").orElse("").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (names.isEmpty() || names.size() > MOST_SERIES) {
            throw Problem.badInput("series", "must be 1 to 20 names with commas between; /history/series lists them")
                    .asException();
        }
        if (!names.stream().allMatch(name -> NAME.matcher(name).matches())) {
            throw Problem.badInput("series", "must be names such as queue_backlog; /history/series lists them")
                    .asException();
        }
        return names;
    }

    private static Duration range(String range) {
        Matcher matcher = RANGE.matcher(range);
        if (!matcher.matches()) {
            throw Problem.badInput("range", "must be minutes, hours or days such as 30m, 24h or 30d")
                    .asException();
        }
        int count = Integer.parseInt(matcher.group(1));
        Duration length = switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        if (length.compareTo(LONGEST) > 0) {
            throw Problem.badInput("range", "must be 400d at most").asException();
        }
        return length;
    }
}
