package io.mailblast.webhook;

import java.util.List;

/// Keys `webhook.*` of the configuration.
///
/// @param topics ARNs of the SNS topics whose notifications are believed
/// @param simulatorCertificate path of the PEM with the simulator's certificate; empty unless mail goes to the
///     simulator, and never set beside a real SES endpoint
public record WebhookConfig(List<String> topics, String simulatorCertificate) {

    public static final WebhookConfig DEFAULTS = new WebhookConfig(List.of(), "");

    public WebhookConfig {
        topics = List.copyOf(topics);
        for (String topic : topics) {
            if (!topic.matches("arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[A-Za-z0-9_.-]{1,256}")) {
                throw new IllegalArgumentException("webhook.topics: " + topic
                        + ", allowed: ARNs such as arn:aws:sns:eu-west-1:123456789012:events");
            }
        }
    }
}
