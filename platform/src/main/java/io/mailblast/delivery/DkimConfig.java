package io.mailblast.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keys `dkim.*` of the configuration: for mails by SMTP; Amazon signs by itself.
///
/// @param domains a list of `domain=selector`: mails from it and its subdomains are signed (RFC 6376); none for none
public record DkimConfig(List<String> domains) {

    public static final DkimConfig DEFAULTS = new DkimConfig(List.of());

    private static final Pattern DOMAIN = Pattern.compile(
            "([A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63})+)=([A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63})*)");

    /// Whose mails are signed, and which of its keys signs them.
    record Identity(String domain, String selector) {

        /// Where its private key lies, below the folder of keys.
        String file() {
            return "dkim-" + domain + "-" + selector + ".pem";
        }

        /// Where verifiers look for the public key (RFC 6376 §3.6.2.1).
        String record() {
            return selector + "._domainkey." + domain;
        }
    }

    public DkimConfig {
        domains = List.copyOf(domains);
        parse(domains);
    }

    List<Identity> identities() {
        return parse(domains);
    }

    private static List<Identity> parse(List<String> written) {
        List<Identity> identities = new ArrayList<>();
        for (String text : written) {
            Matcher domain = DOMAIN.matcher(text);
            if (!domain.matches()) {
                throw new IllegalArgumentException(
                        "dkim.domains: " + text + ", allowed: domain=selector, such as example.org=mail2026");
            }
            identities.add(new Identity(domain.group(1).toLowerCase(Locale.ROOT), domain.group(2)));
        }
        return identities;
    }
}
