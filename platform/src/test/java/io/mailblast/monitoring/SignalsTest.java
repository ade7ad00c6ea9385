package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignalsTest {

    private double backlog = 7;

    @Test
    void whatIsScrapedIsWhatTheEvaluatorSawUntilTheNextSample() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Signals signals = new Signals(registry).add(Signal.QUEUE_BACKLOG, () -> backlog);

        assertThat(signals.sample()).isEqualTo(Map.of(Signal.QUEUE_BACKLOG, 7.0));
        backlog = 8;

        assertThat(signals.value(Signal.QUEUE_BACKLOG)).isEqualTo(7);
        assertThat(registry.scrape()).contains("\n" + Signal.QUEUE_BACKLOG.metric() + " 7.0\n");
    }

    @Test
    void everySignalIsExportedByTheNameThatRulesUse() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Signals signals = new Signals(registry);
        for (Signal signal : Signal.values()) {
            signals.add(signal, () -> 1);
        }
        signals.sample();

        String scraped = registry.scrape();

        assertThat(Arrays.stream(Signal.values()))
                .allSatisfy(signal -> assertThat(scraped).contains("\n" + signal.metric() + " 1.0\n"));
    }

    @Test
    void whatCannotBeKnownHasNoValueAndHoldsUpNoOther() {
        Signals signals = new Signals(new SimpleMeterRegistry())
                .add(Signal.CPU, () -> {
                    throw new IllegalStateException("no such file");
                })
                .add(Signal.MEMORY, () -> Double.NaN)
                .add(Signal.DISK_USED, () -> 0.5);

        assertThat(signals.sample()).isEqualTo(Map.of(Signal.DISK_USED, 0.5));
        assertThat(signals.value(Signal.CPU)).isNaN();
    }
}
