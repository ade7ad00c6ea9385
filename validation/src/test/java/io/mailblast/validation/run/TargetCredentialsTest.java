package io.mailblast.validation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.validation.installation.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetCredentialsTest {

    @TempDir
    private Path folder;

    private Path file(String text, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void twoVariablesAreAnAccount() {
        Map<String, String> set =
                Map.of("MAILBLAST_TARGET_EMAIL", "a@example.com", "MAILBLAST_TARGET_PASSWORD", "secret");

        assertThat(TargetCredentials.of(name -> set.getOrDefault(name, "")))
                .isEqualTo(new Account("a@example.com", "secret"));
    }

    @Test
    void theVariableThatIsEmptyIsNamed() {
        assertThatThrownBy(() -> TargetCredentials.of(name -> name.endsWith("EMAIL") ? "a@example.com" : ""))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("MAILBLAST_TARGET_PASSWORD is empty");
    }

    @Test
    void twoLinesAreAnAccountAndThePasswordIsNotTold() throws IOException {
        Account account = TargetCredentials.in(file("a@example.com\n pass word \n", "rw-------"));

        assertThat(account.password()).isEqualTo(" pass word ");
        assertThat(account).hasToString("a@example.com");
    }

    @Test
    void aFileThatOthersCanReadIsRefused() throws IOException {
        Path file = file("a@example.com\nsecret\n", "rw-r-----");

        assertThatThrownBy(() -> TargetCredentials.in(file))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("chmod 600");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a@example.com", "a@example.com\n\n", "\nsecret\n"})
    void aFileWithoutBothIsRefused(String text) throws IOException {
        Path file = file(text, "rw-------");

        assertThatThrownBy(() -> TargetCredentials.in(file))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("first line");
    }

    @Test
    void aFileThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> TargetCredentials.in(folder.resolve("none")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("There is no file");
    }
}
