package io.mailblast.validation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlanFileTest {

    private static final String GOOD = """
            plan: mine
            kind: Load
            summary: What my people do
            mix:
              track-open: 50/s
              login: 6/min
            phases:
              - { name: warm, for: 30s, warm_up: true }
              - name: steady
                for: 10m
                load: 50% to 100%
                bursts: { every: 5m, for: 1m, load: 200% }
            endpoints:
              track-open: { p95: 50ms, errors: 0.01%, required: p95 }
            kpis:
              - id: worker-memory
                name: Worker memory
                measure: highest worker-memory
                below: 2GB
                tags: [memory, nightly]
                abort_on_fail: true
            """;

    @Test
    void whatIsWrittenIsRead() {
        Plan plan = PlanFile.parse("mine.yaml", GOOD);

        assertThat(plan.mix()).containsEntry(Endpoint.TRACK_OPEN, 3_000.0).containsEntry(Endpoint.LOGIN, 6.0);
        assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(630));
        assertThat(plan.phases().getLast().load()).isEqualTo(new Load(0.5, 1, Load.Of.MIX));
        assertThat(plan.kpis())
                .extracting(Kpi::id)
                .containsExactly("track-open.p95", "track-open.errors", "worker-memory");
        Kpi memory = plan.kpis().getLast();
        assertThat(memory.target()).isEqualTo(new Target(Target.Comparison.BELOW, 2_048));
        assertThat(memory.tags()).isEqualTo(Set.of("memory", "nightly"));
        assertThat(memory.onFailure()).isEqualTo(Kpi.OnFailure.ABORT);
    }

    @Test
    void aPercentileNeedsSoManySamplesThatItsIntervalEndsWithinThem() {
        Plan plan = PlanFile.parse("mine.yaml", GOOD);

        assertThat(plan.kpis().getFirst().samples()).isEqualTo(72);
        assertThat(new Measure.Latency(99, Set.of()).samplesNeeded(100)).isEqualTo(368);
        assertThat(plan.kpis().get(1).samples()).isEqualTo(10_000);
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyPlanThatComesAlongIsGoodAndOfItsOwnName(String name) {
        Plan plan = Plans.load(name);

        assertThat(plan.name()).isEqualTo(name);
        assertThat(plan.kpis()).anyMatch(Kpi::isRequired);
        assertThat(plan.kpis()).allMatch(kpi -> kpi.source().startsWith("strategy "));
    }

    static Iterable<String> shipped() {
        return Plans.shipped();
    }

    @Test
    void durationsAreTheStrategysOwn() {
        assertThat(Plans.load("smoke").duration()).isEqualTo(Duration.ofMinutes(5));
        assertThat(Plans.load("load").duration()).isEqualTo(Duration.ofMinutes(30));
        assertThat(Plans.load("spike").duration()).isEqualTo(Duration.ofMinutes(15));
        assertThat(Plans.load("stress").duration()).isEqualTo(Duration.ofHours(1));
        assertThat(Plans.load("soak").duration()).isEqualTo(Duration.ofHours(12));
        assertThat(Plans.load("scalability").duration()).isEqualTo(Duration.ofHours(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mix:              | mixture:          | mine.yaml:4: there is no key 'mixture' here; allowed: arrivals",
                "track-open: 50/s  | track-opens: 50/s | mine.yaml:5: there is no endpoint 'track-opens'; there are",
                "login: 6/min      | login: 6          | mine.yaml:6: '6' is not allowed here; write 1000/min or 20/s",
                "login: 6/min      | track-open: 6/min | mine.yaml:6: 'track-open' stands twice",
                "for: 30s          | for: 30           | mine.yaml:8: '30' is not allowed here; write 30s, 5m or 4h",
                "name: steady      | name: warm        | mine.yaml:9: a second phase is called 'warm'",
                "50% to 100%       | half              | mine.yaml:11: 'half' is no load; write 100%, 0% to 100%, or 150% of",
                "50% to 100%       | 150% of capacity  | mine.yaml:9: the capacity is not known by then: at least 4",
                "load: 50% to 100% | resources: { workers: 1.5 } | mine.yaml:11: '1.5' is no whole number",
                "load: 50% to 100% | resources: { workers: 1, pool: 4 } | mine.yaml:11: say one of cores, pool, trackers, workers",
                "load: 50% to 100% | resources: { share: 0.5 } | mine.yaml:11: say one of cores, pool, trackers, workers",
                "load: 50% to 100% | resources: { workers: 2, share: 0.5 } | mine.yaml:11: only each of the trackers has",
                "load: 50% to 100% | resources: { trackers: 2, share: 0 } | mine.yaml:11: '0' is not allowed here",
                "load: 50% to 100% | only: tracking | mine.yaml:11: 'only' says what the 'users' of a phase ask",
                "warm_up: true      | users: 2, only: everybody | mine.yaml:8: there is no endpoint, and no group of them",
                "warm_up: true      | users: 2, only: refresh | mine.yaml:8: the plan's mix has nothing of 'refresh'",
                "load: 50% to 100% | resources: { disks: 2 } | mine.yaml:11: there is no key 'disks' here; allowed: cores",
                "load: 200%        | load: 100% to 200% | mine.yaml:12: a burst is one share of the mix",
                "for: 1m, load     | for: 5m, load     | mine.yaml:12: a burst must be shorter",
                "p95: 50ms         | p95: 50%          | mine.yaml:14: '50%' is not allowed here; write 150ms or 2s",
                "required: p95     | required: p99     | mine.yaml:14: 'p99' is not a number of this endpoint",
                "highest worker    | biggest worker    | mine.yaml:18: 'biggest worker-memory' cannot be measured; write",
                "highest worker-memory | highest worker-mood | mine.yaml:18: there is no series 'worker-mood'; there are queue-",
                "below: 2GB        | under: 2GB        | mine.yaml:19: there is no key 'under' here; allowed: abort_on_fail, above, at_le",
                "abort_on_fail: true | abort_on_fail: yes | mine.yaml:21: 'yes' is neither true nor false",
                "kind: Load        | kind: Load\\nsetup: { settings: { Ses: 1 } } | mine.yaml:3: 'Ses' is no key of the configuration",
                "kind: Load        | kind Load         | mine.yaml:2: not YAML",
            })
    void aMistakeIsNamedWithItsLineAndWhatIsAllowed(String right, String wrong, String message) {
        String text = GOOD;
        String broken = text.replaceFirst(
                java.util.regex.Pattern.quote(right.replace("\\n", "\n")), wrong.replace("\\n", "\n"));

        assertThat(broken).isNotEqualTo(text);
        assertThatThrownBy(() -> PlanFile.parse("mine.yaml", broken))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void untilAPhaseWhatIsAboutLaterOnesIsNotJudged() {
        Plan soak = Plans.load("soak").until("hour-1");

        assertThat(soak.duration()).isEqualTo(Duration.ofHours(1));
        assertThat(soak.kpis())
                .extracting(Kpi::id)
                .contains("hour-1.api", "errors")
                .noneMatch(id -> id.startsWith("hour-4"));
    }

    @Test
    void untilAPhaseThatThereIsNotIsAMistake() {
        assertThatThrownBy(() -> Plans.load("soak").until("hour-2"))
                .isInstanceOf(PlanException.class)
                .hasMessage("The plan soak has no phase 'hour-2'; it has warm-up, hour-1, hour-4, hour-8, hour-12.");
        assertThatThrownBy(() -> Plans.load("soak").until("warm-up")).hasMessageContaining("judges nothing");
    }

    @Test
    void aPlanThatJudgesNothingIsNone() {
        String text = GOOD.substring(0, GOOD.indexOf("endpoints:"));

        assertThatThrownBy(() -> PlanFile.parse("mine.yaml", text)).hasMessageContaining("judges nothing");
    }

    @Test
    void aNameThatIsNoneIsAnsweredWithThoseThatAre() {
        assertThatThrownBy(() -> Plans.load("smokes")).hasMessageContaining("smoke, load");
        assertThatThrownBy(() -> Plans.load("away.yaml")).hasMessageContaining("there is no such file");
    }
}
