package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.alerting.Receiver.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiversTest {

    private static AlertingConfig config(String origin) {
        return AlertingConfigs.defaultsBut(
                "emailTo",
                List.of("ops@example.org"),
                "emailFrom",
                "mailblast@example.org",
                "smtpHost",
                "127.0.0.1",
                "smtpPort",
                1,
                "smtpSecurity",
                AlertingConfig.Security.NONE,
                "slackUrl",
                origin + "/slack",
                "pagerdutyKey",
                "0123456789abcdef0123456789abcdef",
                "pagerdutyUrl",
                origin + "/pagerduty",
                "webhookUrl",
                origin + "/webhook",
                "alertmanagerUrl",
                origin);
    }

    @Test
    void whereNothingIsConfiguredNobodyIsTold() {
        assertThat(Receivers.open(AlertingConfig.DEFAULTS)).isEmpty();
    }

    @Test
    void whoIsConfiguredIsTold() throws Exception {
        try (ReceivingServer server = new ReceivingServer(202, "")) {
            List<Receiver> receivers = Receivers.open(config(server.origin()));

            assertThat(receivers)
                    .extracting(Receiver::name)
                    .containsExactly("email", "slack", "pagerduty", "webhook", "alertmanager");
            for (Receiver receiver : receivers) {
                assertThat(receiver.tell(Notices.of(Notices.CRASH)))
                        .isInstanceOf(receiver.name().equals("email") ? Answer.Later.class : Answer.Taken.class);
            }
            assertThat(server.seen())
                    .extracting(ReceivingServer.Seen::path)
                    .containsExactly("/slack", "/pagerduty", "/webhook", "/api/v2/alerts");
        }
    }
}
