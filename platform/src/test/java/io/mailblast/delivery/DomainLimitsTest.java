package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainLimitsTest {

    private static final Outcome ACCEPTED = new Outcome.Accepted("1");
    private static final Outcome THROTTLED =
            new Outcome.Deferred("450 4.7.1 slower", Duration.ofSeconds(1), Outcome.Scope.DOMAIN);

    private final AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - 1_000);

    @Test
    void asManyMailsGoAtOnceAsADomainTakes() {
        DomainLimits limits = new DomainLimits(List.of("slow.example=2/0"), nowNs::get);

        assertThat(limits.enter("a@slow.example")).isEmpty();
        assertThat(limits.enter("b@Slow.Example")).isEmpty();
        assertThat(limits.busy("c@slow.example")).isPresent();
        assertThat(limits.enter("c@slow.example")).isPresent();
        assertThat(limits.enter("c@other.example")).isEmpty();

        limits.leave("a@slow.example", ACCEPTED);
        assertThat(limits.enter("c@slow.example")).isEmpty();
    }

    @Test
    void asManyMailsGoASecondAsADomainTakes() {
        DomainLimits limits = new DomainLimits(List.of("*=0/20"), nowNs::get);
        int gone = 0;
        for (int ms = 0; ms < 10_000; ms += 10) {
            if (limits.enter("a@some.example").isEmpty()) {
                limits.leave("a@some.example", ACCEPTED);
                gone++;
            }
            pass(Duration.ofMillis(10));
        }
        assertThat(gone).isBetween(195, 205);
    }

    @Test
    void aNamedDomainHasItsOwnLimitAndNotThatOfAll() {
        DomainLimits limits = new DomainLimits(List.of("*=1/0", "big.example=3/0"), nowNs::get);

        for (int i = 0; i < 3; i++) {
            assertThat(limits.enter("a@big.example")).isEmpty();
        }
        assertThat(limits.enter("a@big.example")).isPresent();
        assertThat(limits.enter("a@one.example")).isEmpty();
        assertThat(limits.enter("a@one.example")).isPresent();
        assertThat(limits.enter("a@two.example")).isEmpty();
    }

    @Test
    void aDomainThatAsksForAPauseGetsLongerOnesUntilItTakesAMail() {
        DomainLimits limits = new DomainLimits(List.of(), nowNs::get);
        Duration last = Duration.ZERO;
        for (int i = 0; i < 8; i++) {
            assertThat(limits.enter("a@busy.example")).isEmpty();
            limits.leave("a@busy.example", THROTTLED);
            Duration pause = limits.busy("a@busy.example").orElseThrow().after();
            assertThat(pause).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(30));
            assertThat(pause).isGreaterThanOrEqualTo(last);
            last = pause;
            pass(pause);
        }
        assertThat(last).isEqualTo(Duration.ofMinutes(30));

        assertThat(limits.enter("a@busy.example")).isEmpty();
        limits.leave("a@busy.example", ACCEPTED);
        assertThat(limits.enter("a@busy.example")).isEmpty();
        limits.leave("a@busy.example", THROTTLED);
        assertThat(limits.busy("a@busy.example").orElseThrow().after()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void manyAnswersAtOnceAreOnePause() {
        DomainLimits limits = new DomainLimits(List.of(), nowNs::get);
        for (int i = 0; i < 20; i++) {
            assertThat(limits.enter("a@busy.example")).isEmpty();
        }
        for (int i = 0; i < 20; i++) {
            limits.leave("a@busy.example", THROTTLED);
        }
        assertThat(limits.busy("a@busy.example").orElseThrow().after()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aMessageThatIsDeferredAlonePausesNothing() {
        DomainLimits limits = new DomainLimits(List.of(), nowNs::get);
        assertThat(limits.enter("a@some.example")).isEmpty();
        limits.leave("a@some.example", new Outcome.Deferred("450 4.2.0 greylisted", Duration.ofMinutes(5)));
        assertThat(limits.busy("b@some.example")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.org", "example.org=5", "example.org=-1/2", "=1/1", "a b=1/1", "x=1/1/1"})
    void whatIsNoLimitIsNamed(String written) {
        assertThatThrownBy(() -> DomainLimits.parse(List.of(written)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("smtp.domain_limits: " + written)
                .hasMessageContaining("example.org=10/5");
    }

    private void pass(Duration time) {
        nowNs.addAndGet(time.toNanos());
    }
}
