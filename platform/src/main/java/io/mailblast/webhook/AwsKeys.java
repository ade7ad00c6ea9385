package io.mailblast.webhook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys from the certificates that SNS serves over HTTPS (Amazon SNS Developer Guide, "Verifying the signatures of
/// Amazon SNS messages"). TLS proves the server; the certificate must also be valid and issued for SNS.
///
/// Whoever posts a message that names one of our topics can make this fetch something from SNS. So each certificate is
/// fetched once a day, a failure is remembered for a minute, and few are fetched at once or in a minute.
final class AwsKeys implements SnsKeys {

    private static final Logger LOG = LoggerFactory.getLogger(AwsKeys.class);
    private static final int AT_ONCE = 2;
    private static final int PER_MINUTE = 20;

    private final Fetcher fetcher;
    private final InstantSource clock;
    private final Cache<URI, X509Certificate> certificates = Caffeine.newBuilder()
            .maximumSize(100)
            .expireAfterWrite(Duration.ofDays(1))
            .build();
    private final Cache<URI, Boolean> failures = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();
    private final Semaphore permits = new Semaphore(AT_ONCE);

    /// Both guarded by this object's monitor.
    private long minute;

    private int fetchedInMinute;

    AwsKeys(Fetcher fetcher, InstantSource clock) {
        this.fetcher = fetcher;
        this.clock = clock;
    }

    @Override
    public PublicKey keyOf(SnsMessage message) throws UntrustedException, UnavailableException {
        URI uri = SnsUrl.certificate(message.signingCertUrl(), message.topicArn())
                .orElseThrow(() -> new UntrustedException("SigningCertURL is not one of SNS in the topic's region."));
        X509Certificate certificate = certificates.getIfPresent(uri);
        if (certificate == null) {
            certificate = fetched(uri);
        }
        List<String> hosts = List.of("sns.amazonaws.com", "sns.amazonaws.com.cn", uri.getHost());
        if (!Certificates.isFor(certificate, hosts, Date.from(clock.instant()))) {
            certificates.invalidate(uri);
            failures.put(uri, true);
            throw new UntrustedException("The certificate is not valid now, or not one of SNS.");
        }
        return certificate.getPublicKey();
    }

    private X509Certificate fetched(URI uri) throws UntrustedException, UnavailableException {
        if (failures.getIfPresent(uri) != null) {
            throw new UnavailableException("The certificate could not be had a moment ago.");
        }
        if (!permits.tryAcquire()) {
            throw new UnavailableException("Other certificates are being fetched.");
        }
        try {
            X509Certificate other = certificates.getIfPresent(uri);
            if (other != null) {
                return other;
            }
            if (!isWithinBudget()) {
                throw new UnavailableException("Too many certificates were asked for in this minute.");
            }
            X509Certificate certificate = Certificates.parse(fetcher.get(uri));
            certificates.put(uri, certificate);
            return certificate;
        } catch (IOException e) {
            failed(uri, e);
            throw new UnavailableException("The certificate cannot be fetched.");
        } catch (CertificateException e) {
            failed(uri, e);
            throw new UntrustedException("What SigningCertURL serves is no certificate.");
        } finally {
            permits.release();
        }
    }

    private void failed(URI uri, @Nullable Exception e) {
        failures.put(uri, true);
        LOG.warn("webhook=no_certificate host={} reason=\"{}\"", uri.getHost(), e == null ? "" : e.getMessage());
    }

    private synchronized boolean isWithinBudget() {
        long now = clock.millis() / 60_000;
        if (now != minute) {
            minute = now;
            fetchedInMinute = 0;
        }
        return ++fetchedInMinute <= PER_MINUTE;
    }
}
