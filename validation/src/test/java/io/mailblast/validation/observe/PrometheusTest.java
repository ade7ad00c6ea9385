package io.mailblast.validation.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PrometheusTest {

    private static final Offset<Double> CLOSE = Offset.offset(1e-9);

    private static Prometheus histogram(int upTo5Ms, int upTo20Ms, int all) {
        return Prometheus.parse("""
                # HELP d_seconds Deliveries
                # TYPE d_seconds histogram
                d_seconds_bucket{outcome="accepted",le="0.005"} %d
                d_seconds_bucket{outcome="accepted",le="0.02"} %d
                d_seconds_bucket{outcome="accepted",le="+Inf"} %d
                d_seconds_bucket{outcome="refused",le="+Inf"} 100
                d_seconds_sum{outcome="accepted"} 1.5
                """.formatted(upTo5Ms, upTo20Ms, all));
    }

    @Test
    void sumsOverTheLabelSetsThatAreWanted() {
        Prometheus scrape = Prometheus.parse("""
                jvm_memory_used_bytes{area="heap",id="Eden Space"} 1.5E7
                jvm_memory_used_bytes{area="heap",id="Tenured Gen"} 5000000
                jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 9.0E7
                lag_bytes 12.0
                nonsense
                """);

        assertThat(scrape.sum("jvm_memory_used_bytes", "area=\"heap\"")).hasValue(2e7);
        assertThat(scrape.sum("lag_bytes", "")).hasValue(12);
        assertThat(scrape.sum("absent", "")).isEmpty();
    }

    @Test
    void aQuantileIsInterpolatedInItsBucket() {
        Prometheus before = histogram(0, 0, 0);
        Prometheus after = histogram(50, 100, 100);

        OptionalDouble p75 = after.quantileSince(before, "d_seconds", "outcome=\"accepted\"", 0.75);

        assertThat(p75.orElseThrow()).isCloseTo(0.0125, CLOSE);
    }

    @Test
    void whatWasSeenBeforeDoesNotCount() {
        Prometheus before = histogram(1_000, 1_000, 1_000);
        Prometheus after = histogram(1_000, 1_010, 1_010);

        OptionalDouble median = after.quantileSince(before, "d_seconds", "outcome=\"accepted\"", 0.5);

        assertThat(median.orElseThrow()).isCloseTo(0.0125, CLOSE);
    }

    @Test
    void aQuantileBeyondTheLastBoundIsUnknown() {
        Prometheus before = histogram(0, 0, 0);
        Prometheus after = histogram(10, 20, 100);

        assertThat(after.quantileSince(before, "d_seconds", "outcome=\"accepted\"", 0.99))
                .isEmpty();
        assertThat(after.quantileSince(after, "d_seconds", "outcome=\"accepted\"", 0.5))
                .isEmpty();
    }
}
