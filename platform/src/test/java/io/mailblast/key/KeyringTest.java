package io.mailblast.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringTest {

    private static final byte[] TEXT = "what is signed".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path home = Path.of("");

    private Path folder() {
        return home.resolve("keys");
    }

    @Test
    void theFirstStartMakesAKeyThatOnlyItsOwnerReads() throws IOException {
        byte[] signature = Keyring.open(folder(), "track").sign(TEXT);

        assertThat(Keyring.open(folder(), "track").sign(TEXT))
                .isEqualTo(signature)
                .hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("track-0.key"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder())) {
            assertThat(files).as("no drafts are left").hasSize(1);
        }
    }

    @Test
    void keysOfTwoPurposesDiffer() throws IOException {
        assertThat(Keyring.open(folder(), "track").sign(TEXT))
                .isNotEqualTo(Keyring.open(folder(), "access").sign(TEXT));
    }

    @Test
    void aPurposeIsNotItsLongerNamesake() throws IOException {
        Keyring.open(folder(), "track-old");
        Keyring.open(folder(), "track");

        assertThat(folder().resolve("track-0.key")).exists();
    }

    @Test
    void afterARotationTheNewKeyMakesAndTheOldOneVerifies() throws IOException {
        Keyring before = Keyring.open(folder(), "track");
        byte[] old = before.sign(TEXT);

        assertThat(Keyring.rotate(folder(), "track")).isEqualTo(1);
        Keyring after = Keyring.open(folder(), "track");

        assertThat(after.current()).isEqualTo(1);
        assertThat(after.sign(TEXT)).isNotEqualTo(old);
        assertThat(after.sign(0, TEXT, 0, TEXT.length)).isEqualTo(old);
        assertThat(after.sign(2, TEXT, 0, TEXT.length)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not base64 !!", "AAAA", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ=="})
    void aDamagedKeyIsSaidToBeDamagedAndLeft(String content) throws IOException {
        Keyring.open(folder(), "track");
        Path file = folder().resolve("track-0.key");
        Files.writeString(file, content);

        assertThatThrownBy(() -> Keyring.open(folder(), "track"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("damaged");
        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @Test
    void aKeyThatOthersCanReadIsRefused() throws IOException {
        Keyring.open(folder(), "track");
        Path file = folder().resolve("track-0.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> Keyring.open(folder(), "track"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod 600");
    }

    /// A process that signs and prints.
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println(HexFormat.of()
                    .formatHex(Keyring.open(Path.of(arguments[0]), "track").sign(TEXT)));
        }
    }

    @Test
    void processesThatStartTogetherKeepOneKey() throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-Xshare:auto",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            folder().toString())
                    .redirectErrorStream(true)
                    .start());
        }
        Set<String> signatures = new HashSet<>();
        for (Process process : processes) {
            signatures.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            process.waitFor();
        }

        assertThat(signatures).hasSize(1).first().asString().matches("[0-9a-f]{64}\\n");
    }

    @Test
    void threadsThatStartTogetherKeepOneKey() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            Path folder = folder().resolve("round-" + round);
            Set<String> signatures = java.util.concurrent.ConcurrentHashMap.newKeySet();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        signatures.add(HexFormat.of()
                                .formatHex(Keyring.open(folder, "track").sign(TEXT)));
                    } catch (IOException e) {
                        signatures.add(e.toString());
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(signatures).hasSize(1).first().asString().matches("[0-9a-f]{64}");
        }
    }
}
