package io.mailblast.simulator.recipient;

/// What people read their mail with, and what it calls itself when it fetches an image or follows a link.
enum MailClient {
    APPLE_MAIL(
            0.30,
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3"
                    + " Safari/605.1.15"),
    IPHONE(
            0.20,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3"
                    + " Mobile/15E148 Safari/604.1"),
    GMAIL(
            0.27,
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Mobile"
                    + " Safari/537.36"),
    OUTLOOK(
            0.12,
            "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; .NET4.0C; .NET4.0E; Microsoft Outlook"
                    + " 16.0.5413; ms-office; MSOffice 16)",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0"
                    + " Safari/537.36 Edg/133.0.0.0"),
    YAHOO(
            0.06,
            "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0"
                    + " Safari/537.36"),
    THUNDERBIRD(
            0.05,
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.7.0",
            "Mozilla/5.0 (X11; Linux x86_64; rv:135.0) Gecko/20100101 Firefox/135.0");

    private final double share;
    private final String imageAgent;
    private final String browserAgent;

    MailClient(double share, String imageAgent, String browserAgent) {
        this.share = share;
        this.imageAgent = imageAgent;
        this.browserAgent = browserAgent;
    }

    /// The client for a draw from 0 to 1.
    static MailClient drawn(double draw) {
        double below = 0;
        for (MailClient client : values()) {
            below += client.share;
            if (draw < below) {
                return client;
            }
        }
        return THUNDERBIRD;
    }

    /// The user agent that fetches images.
    String imageAgent() {
        return imageAgent;
    }

    /// The user agent that follows links.
    String browserAgent() {
        return browserAgent;
    }
}
