package io.mailblast.delivery;

import java.time.Duration;

/// Keys `ses.*` of the configuration.
///
/// @param endpoint where SES v2 answers; empty for Amazon's own in `region`
/// @param region of the account
/// @param accessKey credentials; empty for what the AWS SDK finds by itself
/// @param secretKey credentials; empty for what the AWS SDK finds by itself
/// @param configurationSet the SES configuration set whose events come to the webhook; empty for none
/// @param connections kept open to SES, 1 to 1,000
/// @param timeout after which a request without an answer is in doubt
/// @param bulk send up to 50 mails of a campaign in one request; a request without an answer then leaves all of them in
///     doubt
public record SesConfig(
        String endpoint,
        String region,
        String accessKey,
        String secretKey,
        String configurationSet,
        int connections,
        Duration timeout,
        boolean bulk) {

    public static final SesConfig DEFAULTS =
            new SesConfig("", "us-east-1", "", "", "", 64, Duration.ofSeconds(15), false);

    public SesConfig {
        if (!endpoint.isEmpty() && !endpoint.matches("https?://.+")) {
            throw new IllegalArgumentException(
                    "ses.endpoint: " + endpoint + ", allowed: an http or https URL, or nothing");
        }
        if (connections < 1 || connections > 1_000) {
            throw new IllegalArgumentException("ses.connections: " + connections + ", allowed: 1 to 1000");
        }
        if (accessKey.isEmpty() != secretKey.isEmpty()) {
            throw new IllegalArgumentException("ses.secret_key: allowed: set together with ses.access_key, or neither");
        }
        if (timeout.toMillis() < 100) {
            throw new IllegalArgumentException("ses.timeout: " + timeout + ", allowed: 100ms or more");
        }
    }

    /// Whether mail goes to Amazon itself.
    public boolean real() {
        return endpoint.isEmpty() || endpoint.contains("amazonaws.com");
    }

    /// Without the credentials, so that a configuration can be logged.
    @Override
    public String toString() {
        return "SesConfig[endpoint=" + endpoint + ", region=" + region + "]";
    }
}
