package io.mailblast.simulator.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DecisionTest {

    private static final Behaviour USUAL = Behaviour.DEFAULTS;

    private static List<Decision> many(long seed, String campaign) {
        return IntStream.range(0, 20_000)
                .mapToObj(i -> Decision.of(seed, "r" + i + "@example.net", campaign, USUAL))
                .toList();
    }

    @Test
    void theSameSeedRecipientAndCampaignDecideTheSame() {
        assertThat(many(1, "a")).isEqualTo(many(1, "a"));
        assertThat(many(1, "a")).isNotEqualTo(many(2, "a")).isNotEqualTo(many(1, "b"));
        assertThat(Decision.of(1, "A@Example.net", "c", USUAL)).isEqualTo(Decision.of(1, "a@example.NET", "c", USUAL));
    }

    @Test
    void probabilitiesAreKept() {
        List<Decision> decisions = many(3, "x");

        assertThat(share(decisions, it -> it.fate() == Decision.Fate.BOUNCED)).isCloseTo(0.02, within(0.005));
        assertThat(share(decisions, it -> it.opens() > 0)).isCloseTo(0.4 * 0.98, within(0.02));
        assertThat(share(decisions, it -> it.clicks() > 0)).isCloseTo(0.1 * 0.98, within(0.01));
        assertThat(share(decisions, Decision::unsubscribes)).isCloseTo(0.01 * 0.98, within(0.003));
        assertThat(decisions).allSatisfy(it -> assertThat(it.waitMs()).isBetween(0L, 1500L));
    }

    private static double share(List<Decision> decisions, Predicate<Decision> which) {
        return (double) decisions.stream().filter(which).count() / decisions.size();
    }

    @ParameterizedTest
    @CsvSource({
        "success@a.b, DELIVERED, false",
        "SUCCESS+label@a.b, DELIVERED, false",
        "bounce@a.b, BOUNCED, false",
        "bounce+1+2@a.b, BOUNCED, false",
        "ooto@a.b, OUT_OF_OFFICE, false",
        "complaint+x@a.b, DELIVERED, true",
        "suppressionlist@a.b, SUPPRESSED, false"
    })
    void mailboxSimulatorAddressesDecideForThemselves(String address, Decision.Fate fate, boolean complains) {
        Behaviour wild = new Behaviour(1, 1, 1, 1, 1, 0, 0, Behaviour.Mood.LIVELY);

        Decision decision = Decision.of(1, address, "", wild);

        assertThat(decision.fate()).isEqualTo(fate);
        assertThat(decision.complains()).isEqualTo(complains);
        assertThat(decision.reads()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/x",
                "https://127.9.8.7:1/",
                "http://localhost:80/",
                "http://[::1]:8080/",
                "http://LOCALHOST/"
            })
    void thisMachineMayBeConnectedTo(String uri) {
        assertThat(Loopback.allows(URI.create(uri))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/",
                "http://127.0.0.1.example.com/",
                "http://localhost.example.com/",
                "http://192.168.0.1/",
                "http://[::2]/",
                "http://0.0.0.0/",
                "http://127.1/",
                "http://127.0.0.1@example.com/",
                "mailto:x@y.z"
            })
    void anyOtherMayNot(String uri) {
        assertThat(Loopback.allows(URI.create(uri))).isFalse();
    }
}
