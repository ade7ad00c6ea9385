package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationLoaderTest {

    @TempDir
    private Path home = Path.of("");

    private Configuration load(String yaml, Map<String, String> environment) {
        Map<String, String> all = new TreeMap<>(environment);
        all.putIfAbsent("MAILBLAST_HOME", home.toString());
        try {
            Files.writeString(home.resolve("mailblast.yaml"), yaml);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return ConfigurationLoader.load(null, all);
    }

    private Configuration load(String yaml) {
        return load(yaml, Map.of());
    }

    private static void assertRefused(ThrowingCallable loading, String... words) {
        assertThatThrownBy(loading).isInstanceOf(ConfigurationException.class).hasMessageContainingAll(words);
    }

    @Test
    void theEnvironmentWins() {
        Configuration configuration = load(
                "port: 9000\nsending:\n  connections: 5\n",
                Map.of("MAILBLAST_PORT", "9001", "MAILBLAST_SENDING_CONNECTIONS", "6", "PATH", "/bin"));

        assertThat(configuration.http().port()).isEqualTo(9001);
        assertThat(configuration.sending().connections()).isEqualTo(6);
    }

    @Test
    void theNamesOfTheContractStandAtTheTop() {
        Configuration configuration = load("port: 9000\nhost: 0.0.0.0\ntrusted_proxies: [10.0.0.1]\n");

        assertThat(configuration.http().port()).isEqualTo(9000);
        assertThat(configuration.http().host()).isEqualTo("0.0.0.0");
        assertThat(configuration.http().trustedProxies()).isEqualTo(List.of("10.0.0.1"));
    }

    @Test
    void anUnknownKeyIsRefusedWithWhatWasPerhapsMeant() {
        assertRefused(() -> load("sending:\n  conections: 5\n"), "sending.conections", "mailblast.yaml");
        assertRefused(() -> load("connections: 5\n"), "connections", "sending.connections", "ses.connections");
        assertRefused(() -> load("", Map.of("MAILBLAST_SENDING_CONECTIONS", "5")), "MAILBLAST_SENDING_CONECTIONS");
        assertRefused(() -> load("sending: 5\n"), "sending");
        assertRefused(() -> load("http:\n  port:\n    number: 5\n"), "http.port.number");
    }

    @ParameterizedTest
    @CsvSource({
        "'port: eighty', http.port, eighty, a whole number",
        "'port: 70000', port, 70000, 0 to 65535",
        "'port: 80.5', http.port, 80.5, a whole number",
        "'test_installation: perhaps', test_installation, perhaps, true or false",
        "'time_scale: 0', time_scale, 0.0, at most 1",
        "'time_scale: x', time_scale, x, a number",
        "'time_scale: NaN', time_scale, NaN, at most 1",
        "'public_url: ftp://x', public_url, ftp://x, https",
        "'public_url: \"http://x y\"', public_url, x y, a URL",
        "'public_url: http://x/', public_url, http://x/, no slash",
        "'http: {read_timeout: 5}', http.read_timeout, 5, a duration such as",
        "'http: {read_timeout: 99999999999999999999s}', http.read_timeout, 9999, a duration such as",
        "'http: {read_timeout: -5s}', http.read_timeout, -5s, a duration such as",
        "'http: {read_timeout: 1ms}', http.read_timeout, 1, 100ms or more",
        "'http: {read_timeout: 30d}', http.read_timeout, , at most 10m",
        "'trusted_proxies: [10.0.0.0/99]', trusted_proxies, 10.0.0.0/99, prefixes",
        "'event_log: {durability: maybe}', event_log.durability, maybe, 'one of fsync, os'",
        "'auth: {hashes_at_once: 0}', auth.hashes_at_once, 0, 1 to 64",
        "'auth: {failure_window: 0s}', auth.failure_window, PT0S, 1s to 24h",
        "'monitoring: {cgroup: /no/such/folder}', monitoring.cgroup, /no/such/folder, a folder",
        "'webhook: {topics: [x]}', webhook.topics, x, ARNs",
    })
    void aBadValueIsRefusedWithKeyValueAndWhatIsAllowed(String yaml, String key, String value, String allowed) {
        assertRefused(() -> load(yaml), key, value == null ? "" : value, "allowed: ", allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port: [",
                "just text",
                "- a\n- b",
                "port: 1\nport: 2",
                "\tport: 1",
                "port: 1\n---\nport: 2",
                "a: &a [*a]"
            })
    void whatIsNoYamlOfKeysIsRefused(String yaml) {
        assertRefused(() -> load(yaml), "mailblast.yaml");
    }

    @Test
    void aFileThatWasAskedForMustBeThere() {
        assertRefused(() -> ConfigurationLoader.load(home.resolve("none.yaml"), Map.of()), "none.yaml");
    }

    @Test
    void noMessageShowsASecret() {
        assertThatThrownBy(() -> load("monitoring:\n  metrics_token: tooshort\n"))
                .hasMessageContaining("monitoring.metrics_token")
                .hasMessageNotContaining("tooshort");
        assertThatThrownBy(() -> load("database:\n  url: mysql://me:hunter2@x/y\n"))
                .hasMessageContaining("database.url")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> load("ses:\n  secret_key: very-secret\n"))
                .hasMessageContaining("ses.secret_key")
                .hasMessageNotContaining("very-secret");
    }
}
