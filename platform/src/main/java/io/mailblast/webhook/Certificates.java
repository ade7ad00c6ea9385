package io.mailblast.webhook;

import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;

/// Reads and judges X.509 certificates (RFC 5280). Whatever the bytes are, what comes out is a certificate with an RSA
/// key or [CertificateException].
final class Certificates {

    private static final int DNS_NAME = 2;

    private Certificates() {}

    /// The first certificate of a PEM.
    static X509Certificate parse(byte[] pem) throws CertificateException {
        try {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            if (all.iterator().hasNext()
                    && all.iterator().next() instanceof X509Certificate certificate
                    && certificate.getPublicKey().getAlgorithm().equals("RSA")) {
                return certificate;
            }
        } catch (RuntimeException e) {
            // The provider's parser throws some of these for bytes that are no certificate.
            throw new CertificateException("not a certificate", e);
        }
        throw new CertificateException("no certificate with an RSA key");
    }

    /// Whether a certificate is valid at a time and was issued for one of some hosts.
    static boolean isFor(X509Certificate certificate, List<String> hosts, Date at) {
        try {
            certificate.checkValidity(at);
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return false;
            }
            for (List<?> name : names) {
                if (name.size() >= 2
                        && Integer.valueOf(DNS_NAME).equals(name.get(0))
                        && name.get(1) instanceof String host
                        && hosts.contains(host.toLowerCase(Locale.ROOT))) {
                    return true;
                }
            }
            return false;
        } catch (CertificateParsingException e) {
            return false;
        } catch (CertificateException e) {
            // Not yet or no longer valid.
            return false;
        }
    }
}
