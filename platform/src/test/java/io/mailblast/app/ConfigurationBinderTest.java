package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationBinderTest {

    record Numbers(
            int password, int webhookToken, int secretKey, int slackUrl, int webhookUrl, int pagerdutyKey, int port) {}

    record Root(Numbers alerting) {}

    private static final Root ZERO = new Root(new Numbers(0, 0, 0, 0, 0, 0, 0));

    @ParameterizedTest
    @ValueSource(strings = {"password", "webhook_token", "secret_key", "slack_url", "webhook_url", "pagerduty_key"})
    void theValueOfASecretIsNotShownThoughItIsWrong(String key) {
        assertThatThrownBy(() -> ConfigurationBinder.bind(Root.class, Map.of("alerting." + key, "hunter2"), ZERO))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("alerting." + key + ": (hidden), allowed: a whole number");
    }

    @Test
    void theValueOfAnotherKeyIsShown() {
        assertThatThrownBy(() -> ConfigurationBinder.bind(Root.class, Map.of("alerting.port", "x"), ZERO))
                .hasMessage("alerting.port: x, allowed: a whole number");
        assertThat(ConfigurationBinder.bind(Root.class, Map.of("alerting.port", "1"), ZERO)
                        .alerting()
                        .port())
                .isEqualTo(1);
    }
}
