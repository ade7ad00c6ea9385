package io.mailblast.delivery;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.SesV2ClientBuilder;
import software.amazon.awssdk.services.sesv2.model.GetAccountResponse;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.NotFoundException;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;
import software.amazon.awssdk.services.sesv2.model.SendEmailResponse;
import software.amazon.awssdk.services.sesv2.model.SendQuota;

/// Amazon SES, API v2, by the AWS SDK, one request a mail. The SDK's own retries are off: it would repeat a
/// request whose answer was lost, and so send twice.
///
/// [SesAnswer] tells its errors apart.
public final class SesDelivery implements Delivery {

    private static final Logger LOG = LoggerFactory.getLogger(SesDelivery.class);

    private static final String NO_CREDENTIALS = "Unable to load credentials";

    private final SesV2Client client;
    private final String configurationSet;
    private final String account;
    private final Optional<BulkDelivery> bulk;

    private SesDelivery(SesV2Client client, String configurationSet, String account, boolean inBulk) {
        this.client = client;
        this.account = account;
        this.configurationSet = configurationSet;
        this.bulk =
                inBulk ? Optional.of(new SesBulk(client, configurationSet, SesDelivery::problem)) : Optional.empty();
    }

    public static SesDelivery open(SesConfig config) {
        return open(config, http -> {});
    }

    /// @param settings changes of the HTTP client, for tests
    static SesDelivery open(SesConfig config, Consumer<Apache5HttpClient.Builder> settings) {
        Apache5HttpClient.Builder http = Apache5HttpClient.builder()
                .maxConnections(config.connections())
                .connectionTimeout(Duration.ofSeconds(5))
                .socketTimeout(config.timeout())
                .connectionAcquisitionTimeout(Duration.ofSeconds(30))
                // One that the other side closes while it lies idle would put the mail on it in doubt.
                .connectionMaxIdleTime(Duration.ofSeconds(10))
                .expectContinueEnabled(false);
        settings.accept(http);
        SesV2ClientBuilder builder = SesV2Client.builder()
                .region(Region.of(config.region()))
                .httpClientBuilder(http)
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry())
                        .apiCallTimeout(config.timeout().plusSeconds(40)));
        if (!config.accessKey().isEmpty()) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(config.accessKey(), config.secretKey())));
        } else {
            builder.credentialsProvider(DefaultCredentialsProvider.builder().build());
        }
        if (!config.endpoint().isEmpty()) {
            builder.endpointOverride(URI.create(config.endpoint()));
        }
        return new SesDelivery(
                builder.build(),
                config.configurationSet(),
                "ses " + config.region() + (config.endpoint().isEmpty() ? "" : " " + config.endpoint()),
                config.bulk());
    }

    /// Every request takes a connection of the client's pool by itself.
    @Override
    public Way reserve() {
        return new Way() {
            @Override
            public Outcome send(Mail mail) {
                return request(mail);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Optional<BulkDelivery> bulk() {
        return bulk;
    }

    private Outcome request(Mail mail) {
        SendEmailRequest.Builder request = SendEmailRequest.builder()
                .fromEmailAddress(mail.from())
                .destination(destination -> destination.toAddresses(mail.to()))
                .emailTags(tag(Mail.TAG_NAME, mail.tag()), tag(Mail.CAMPAIGN_TAG_NAME, mail.campaign()))
                .content(content -> content.raw(raw -> raw.data(SdkBytes.fromByteArrayUnsafe(mail.mime()))));
        if (!configurationSet.isEmpty()) {
            request.configurationSetName(configurationSet);
        }
        try {
            SendEmailResponse response = client.sendEmail(request.build());
            String id = response.messageId();
            return id == null || id.isBlank()
                    ? new Outcome.InDoubt("the provider answered without a message id")
                    : new Outcome.Accepted(id);
        } catch (SdkException e) {
            return problem(e, Set.of(mail.to()));
        } catch (RuntimeException e) {
            LOG.error("delivery=failed problem=unexpected", e);
            return new Outcome.InDoubt(Outcome.shortened(e.toString()));
        }
    }

    @Override
    public String account() {
        return account;
    }

    @Override
    public Quota quota() {
        try {
            return quota(client.getAccount(request -> {}));
        } catch (SdkException e) {
            String why = String.valueOf(e.getMessage()).startsWith(NO_CREDENTIALS)
                    ? "it has no credentials; set ses.access_key and ses.secret_key, or give the AWS SDK a profile or role"
                    : Outcome.shortened(String.valueOf(e.getMessage()));
            throw new ProviderUnavailableException("SES does not tell the account's quota: " + why, e);
        }
    }

    /// All of its fields are optional by the SDK. Without one of them the answer is none: a quota that is half guessed
    /// would stop the sending, or send too fast, for a reason that nobody could see.
    private static Quota quota(GetAccountResponse account) {
        SendQuota quota = account.sendQuota();
        Boolean enabled = account.sendingEnabled();
        if (quota == null || enabled == null) {
            throw incomplete(quota == null ? "SendQuota" : "SendingEnabled");
        }
        Double perSecond = quota.maxSendRate();
        Double perDay = quota.max24HourSend();
        Double sentToday = quota.sentLast24Hours();
        if (perSecond == null || perDay == null || sentToday == null) {
            throw incomplete(perSecond == null ? "MaxSendRate" : perDay == null ? "Max24HourSend" : "SentLast24Hours");
        }
        return new Quota(perSecond, perDay, sentToday, enabled);
    }

    private static ProviderUnavailableException incomplete(String field) {
        return new ProviderUnavailableException(
                "SES does not tell the account's quota: its answer to GetAccount has no " + field + ".");
    }

    /// Whether SES may send from an address or a domain.
    ///
    /// @throws ProviderUnavailableException when SES does not say
    public boolean isVerified(String identity) {
        try {
            GetEmailIdentityResponse answer = client.getEmailIdentity(request -> request.emailIdentity(identity));
            return Boolean.TRUE.equals(answer.verifiedForSendingStatus());
        } catch (NotFoundException e) {
            return false;
        } catch (SdkException e) {
            throw new ProviderUnavailableException("SES does not tell whether " + identity + " is verified.", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    static MessageTag tag(String name, String value) {
        return MessageTag.builder().name(name).value(value).build();
    }

    private static Outcome problem(SdkException e, Set<String> to) {
        return e instanceof AwsServiceException answer ? refused(answer, to) : failed(e);
    }

    private static Outcome refused(AwsServiceException e, Set<String> to) {
        AwsErrorDetails details = e.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        String text = details == null ? null : details.errorMessage();
        return SesAnswer.ofError(e.statusCode(), code == null ? "" : code, text == null ? "" : text, to);
    }

    /// No answer. Only where no byte of the request can have left is it safe to try again.
    private static Outcome failed(SdkException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (isBeforeTheRequest(cause)) {
                return new Outcome.Deferred(
                        Outcome.shortened("no connection: " + cause.getMessage()),
                        Duration.ofSeconds(2),
                        Outcome.Scope.PROVIDER);
            }
        }
        return new Outcome.InDoubt(Outcome.shortened("no answer: " + e.getMessage()));
    }

    /// A request is written once there is a connection and, with TLS, a certificate that is the host's; and no
    /// TLS server reads a request of a handshake that it broke off.
    private static boolean isBeforeTheRequest(Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof NoRouteToHostException
                || cause instanceof ConnectTimeoutException
                || cause instanceof SSLHandshakeException
                || cause instanceof SSLPeerUnverifiedException
                || String.valueOf(cause.getMessage()).contains("Timeout waiting for connection from pool")
                || String.valueOf(cause.getMessage()).startsWith(NO_CREDENTIALS);
    }
}
