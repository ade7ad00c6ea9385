package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.installation.KeyPrints;
import io.mailblast.key.Keyring;
import io.mailblast.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway.Init")
class AdmissionTest {

    @TempDir
    Path first;

    @TempDir
    Path second;

    private final TestDatabase db = TestDatabase.create();

    @AfterEach
    void close() {
        db.close();
    }

    @ParameterizedTest
    @CsvSource({"45, 45 s ahead of", "-45, 45 s behind"})
    void aNodeWhoseClockIsWrongIsRefused(int seconds, String words) {
        InstantSource wrong = () -> Instant.now().plusSeconds(seconds);

        assertThatThrownBy(() -> Admission.check(configuration(first), db.database(), wrong))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining(words)
                .hasMessageContaining("NTP");
    }

    @Test
    void aNodeWithOtherKeysIsRefusedUntilSomebodyAcceptsThem() throws IOException {
        check(first);
        check(first);

        assertThatThrownBy(() -> check(second))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining(second.resolve("keys").toString())
                .hasMessageContaining("keys accept");
        for (String purpose : Admission.PURPOSES) {
            new KeyPrints(db.database()).accept(purpose, Keyring.open(second.resolve("keys"), purpose));
        }
        assertThatCode(() -> check(second)).doesNotThrowAnyException();
        assertThatCode(() -> check(first)).as("the old ones are known still").doesNotThrowAnyException();
    }

    @Test
    void aKeyThatWasAddedIsKnownFromThenOnAlone() throws IOException {
        check(first);
        int _ = Keyring.rotate(first.resolve("keys"), "message");
        check(first);
        java.nio.file.Files.delete(first.resolve("keys").resolve("message-0.key"));

        assertThatCode(() -> check(first)).doesNotThrowAnyException();
    }

    @Test
    void aPrintTellsKeysApartAndIsNotTheKey() throws IOException {
        Keyring keys = Keyring.open(first.resolve("keys"), "message");
        int _ = Keyring.rotate(first.resolve("keys"), "message");

        assertThat(Keyring.open(first.resolve("keys"), "message").prints())
                .hasSize(2)
                .doesNotHaveDuplicates()
                .containsAll(keys.prints())
                .allMatch(print -> print.matches("[0-9a-f]{16}"));
    }

    private void check(Path home) throws IOException {
        Admission.check(configuration(home), db.database(), InstantSource.system());
    }

    private static Configuration configuration(Path home) {
        return ConfigurationLoader.load(null, Map.of("MAILBLAST_HOME", home.toString()));
    }
}
