package io.mailblast.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which addresses in an SNS message may be asked: only HTTPS, only SNS itself, only in the topic's own region.
/// Anything else would let a stranger choose the key that he is verified by, or make this server fetch what he
/// likes.
final class SnsUrl {

    private static final Pattern TOPIC = Pattern.compile("arn:(aws[a-z-]*):sns:([a-z0-9-]{3,40}):\\d{12}:.*");
    private static final Pattern CERTIFICATE = Pattern.compile("/SimpleNotificationService-[A-Za-z0-9]{8,64}\\.pem");

    private SnsUrl() {}

    /// The host on which SNS serves a topic's region.
    static Optional<String> host(String topicArn) {
        Matcher topic = TOPIC.matcher(topicArn);
        if (!topic.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                "sns." + topic.group(2) + ".amazonaws.com" + (topic.group(1).equals("aws-cn") ? ".cn" : ""));
    }

    /// A certificate's address, if it is one of SNS for this topic.
    static Optional<URI> certificate(String url, String topicArn) {
        return ofSns(url, topicArn)
                .filter(uri -> uri.getRawQuery() == null
                        && CERTIFICATE.matcher(uri.getRawPath()).matches());
    }

    /// The address by which a subscription is confirmed, if it is one of SNS for this topic.
    static Optional<URI> confirmation(String url, String topicArn) {
        return ofSns(url, topicArn)
                .filter(uri -> uri.getRawPath().equals("/")
                        && uri.getRawQuery() != null
                        && ("&" + uri.getRawQuery() + "&").contains("&Action=ConfirmSubscription&"));
    }

    private static Optional<URI> ofSns(String url, String topicArn) {
        try {
            URI uri = new URI(url);
            boolean good = "https".equals(uri.getScheme())
                    && uri.getRawUserInfo() == null
                    && uri.getPort() == -1
                    && uri.getRawFragment() == null
                    && uri.getRawPath() != null
                    && uri.getHost() != null
                    && host(topicArn).filter(uri.getHost()::equals).isPresent();
            return good ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
