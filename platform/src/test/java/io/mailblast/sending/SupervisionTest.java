package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SupervisionTest {

    private static final Path FOLDER = Path.of("workers");

    @Test
    void deathsAreToldWithTheirDumpsOrWithout() {
        Supervision supervision = Supervision.of("me", "a-1=worker-20261124T204501Z-7.txt,b-2=", FOLDER);

        assertThat(supervision.deaths())
                .containsExactly(
                        new Supervision.Death("a-1", "worker-20261124T204501Z-7.txt"),
                        new Supervision.Death("b-2", ""));
        assertThat(supervision.ownFile()).contains(FOLDER.resolve("me.in-hand"));
    }

    @Test
    void withoutASupervisorNothingIsTold() {
        Supervision supervision = Supervision.of("", "", FOLDER);

        assertThat(supervision.deaths()).isEmpty();
        assertThat(supervision.ownFile()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../keys/secret", "a b", "é", "a/b", "-\0"})
    void aTokenIsNoWayToAnotherFile(String token) {
        assertThatThrownBy(() -> Supervision.of(token, "", FOLDER)).hasMessageContaining("not a worker's token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "=x", "a=../x", "a=b,", "a=/etc/passwd", "../a="})
    void whatIsNoDeathIsRefused(String deaths) {
        assertThatThrownBy(() -> Supervision.of("me", deaths, FOLDER)).isInstanceOf(IllegalArgumentException.class);
    }
}
