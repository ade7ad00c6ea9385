package io.mailblast.event.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mailblast.event.client.Client.Device;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What user agents mean; what was asked before is remembered. First comes what mail is fetched with, by a
/// table of our own, then everything else by the rules of uap-core.
public final class Clients {

    private static final int CACHED = 20_000;

    /// Mail Privacy Protection loads the images of every mail soon after it arrives and says nothing but this
    /// (uap-core's issue 509).
    private static final String APPLE_PRIVACY = "Mozilla/5.0";

    /// With this, Gmail loads images before it shows a mail (SparkPost, "Update on the Gmail App Prefetching
    /// Images", January 2022).
    private static final String GMAIL_PREFETCH = "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0";

    /// Gmail's and Yahoo's proxies fetch when a person opens; they only hide who that is. The system and the
    /// browser that they name are not the person's.
    private static final Map<String, Client> PROXIES = Map.of(
            "GoogleImageProxy", Client.proxy("GmailImageProxy"),
            "YahooMailProxy", Client.proxy("YahooMailProxy"));

    /// Scanners of mail, previews, crawlers and libraries that no person looks through. Not here: what apps on
    /// phones are made of (okhttp, Dalvik, CFNetwork), and the phones called Cubot.
    private static final Pattern MACHINE = Pattern.compile(
            "(?<!cu)bots?\\b|crawl|spider|\\bscan|scanner|preview|headless|phantomjs|slurp"
                    + "|barracuda|mimecast|proofpoint|fireeye|symantec|trend ?micro|forcepoint|safelinks|urldefense"
                    + "|microsoft office (?:existence|protocol) discovery|ms-?office.*discovery|facebookexternalhit"
                    + "|python|\\bcurl/|\\bwget|go-http-client|^java/|java-http-client|apache-httpclient|libwww|lwp::"
                    + "|^php|guzzle|^ruby|node-fetch|^axios|undici|^got |postman|httpie|aiohttp|\\bhttpx\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Set<String> DESKTOPS = Set.of(
            "Windows",
            "Mac OS X",
            "Mac OS",
            "Linux",
            "Ubuntu",
            "Debian",
            "Fedora",
            "Red Hat",
            "SUSE",
            "Mint",
            "Gentoo",
            "Arch Linux",
            "Chrome OS",
            "FreeBSD",
            "OpenBSD",
            "NetBSD",
            "Solaris");

    private static final Set<String> PHONES = Set.of(
            "iOS",
            "Android",
            "Windows Phone",
            "Windows Mobile",
            "BlackBerry OS",
            "Symbian OS",
            "Firefox OS",
            "KaiOS",
            "Bada",
            "Tizen",
            "HarmonyOS");

    private static final Pattern TABLET =
            Pattern.compile("iPad|Kindle|Tablet|PlayBook|Silk/", Pattern.CASE_INSENSITIVE);
    private static final Pattern TELEVISION =
            Pattern.compile("\\b(?:Smart|Apple|Google|Hbb)-? ?TV|\\bTV\\b|BRAVIA|AFT[A-Z]");
    private static final Pattern PHONE =
            Pattern.compile("Mobile|Phone|iPod|\\bMIDP|Opera Mini", Pattern.CASE_INSENSITIVE);

    private final Cache<String, Client> known =
            Caffeine.newBuilder().maximumSize(CACHED).recordStats().build();

    /// Without metrics.
    public Clients() {}

    /// @param registry is told how often an answer was remembered, as the cache `user-agents`
    public Clients(MeterRegistry registry) {
        Cache<String, Client> _ = CaffeineCacheMetrics.monitor(registry, known, "user-agents");
    }

    /// @param userAgent as it was sent; empty where none was
    public Client of(String userAgent) {
        return known.get(userAgent, Clients::read);
    }

    private static Client read(String userAgent) {
        String text = userAgent.strip();
        if (text.isEmpty()) {
            return Client.machine("None");
        }
        if (text.equals(APPLE_PRIVACY)) {
            return Client.machine("Apple Mail Privacy Protection");
        }
        if (text.endsWith(GMAIL_PREFETCH)) {
            return Client.machine("Gmail prefetch");
        }
        for (Map.Entry<String, Client> proxy : PROXIES.entrySet()) {
            if (text.contains(proxy.getKey())) {
                return proxy.getValue();
            }
        }
        Families families = Families.of(text);
        if (families.device().equals("Spider") || MACHINE.matcher(text).find()) {
            return Client.machine(families.client());
        }
        return new Client(device(text, families), families.client(), families.os(), false);
    }

    /// iPads that ask for a desktop's pages say that they are Macs, and are taken for what they say.
    private static Device device(String userAgent, Families families) {
        if (TELEVISION.matcher(userAgent).find()) {
            return Device.OTHER;
        }
        boolean android = families.os().equals("Android");
        if (TABLET.matcher(userAgent).find()
                || (android && !userAgent.toLowerCase(Locale.ROOT).contains("mobile"))) {
            return Device.TABLET;
        }
        if (PHONES.contains(families.os()) || PHONE.matcher(userAgent).find()) {
            return Device.PHONE;
        }
        return DESKTOPS.contains(families.os()) ? Device.DESKTOP : Device.OTHER;
    }
}
