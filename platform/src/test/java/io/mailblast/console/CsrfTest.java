package io.mailblast.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsrfTest {

    @Test
    void aTokenIsGoodForItsSessionAndLooksDifferentEachTime() {
        String one = Csrf.token("cookie");
        String two = Csrf.token("cookie");

        assertThat(one).isNotEqualTo(two);
        assertThat(Csrf.isGood(one, "cookie")).isTrue();
        assertThat(Csrf.isGood(two, "cookie")).isTrue();
        assertThat(Csrf.isGood(one, "another")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAA", "!!!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void whatIsNoTokenIsNotGood(String token) {
        assertThat(Csrf.isGood(token, "cookie")).isFalse();
    }
}
