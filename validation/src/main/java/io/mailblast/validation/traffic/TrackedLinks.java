package io.mailblast.validation.traffic;

import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The pixels and links that stand in mails which a simulator has taken, as paths with their queries.
public record TrackedLinks(List<String> openPaths, List<String> clickPaths) {

    /// A third of the mail is opened on a phone, the rest elsewhere; the meaning of each is looked up by the server.
    private static final List<String> USER_AGENTS = List.of(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:139.0) Gecko/20100101 Thunderbird/139.0",
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0 Mobile Safari/537.36",
            "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0");

    /// But for the link that people do not see.
    private static final Pattern TRACKED =
            Pattern.compile("(?:href|src)=\"(https?://[^\"]*/track/(open|click)/[^\"]+)\"(?! style=\"display:none\")");

    /// @param count mails, the first ones that it took
    /// @throws CannotRunException when they are not tracked as they must be
    public static TrackedLinks of(ApiClient simulator, int count) {
        List<String> opens = new ArrayList<>();
        List<String> clicks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            collect(simulator.text("/mail/" + i + "/html"), opens, clicks);
        }
        if (opens.size() != count || clicks.size() != count * Samples.LINKS) {
            throw new CannotRunException("In " + count + " mails stand " + opens.size() + " pixels and " + clicks.size()
                    + " tracked links; there must be 1 and " + Samples.LINKS + " in each.");
        }
        return new TrackedLinks(opens, clicks);
    }

    public static void collect(String html, List<String> opens, List<String> clicks) {
        Matcher found = TRACKED.matcher(html);
        while (found.find()) {
            URI url = URI.create(found.group(1).replace("&amp;", "&"));
            String path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
            (found.group(2).equals("open") ? opens : clicks).add(path);
        }
    }

    public List<byte[]> opens(String base) {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < openPaths.size(); i++) {
            requests.add(HttpRequests.get(base, openPaths.get(i), agent(i)));
        }
        return requests;
    }

    /// The same with one character of each identifier changed: they look like real ones, and their signature is wrong.
    public List<byte[]> forgedOpens(String base) {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < openPaths.size(); i++) {
            StringBuilder path = new StringBuilder(openPaths.get(i));
            int at = path.length() - 2;
            path.setCharAt(at, path.charAt(at) == 'x' ? 'y' : 'x');
            requests.add(HttpRequests.get(base, path.toString(), agent(i)));
        }
        return requests;
    }

    /// Three opens, two clicks, and again: the strategy's 3,000 and 2,000 of 5,000.
    public List<byte[]> mix(String base) {
        List<byte[]> requests = new ArrayList<>();
        int clicked = 0;
        for (int i = 0; i < openPaths.size(); i++) {
            requests.add(HttpRequests.get(base, openPaths.get(i), agent(i)));
            if (i % 3 != 1) {
                requests.add(HttpRequests.get(base, clickPaths.get(clicked++ % clickPaths.size()), agent(i)));
            }
        }
        return requests;
    }

    private static String agent(int number) {
        return USER_AGENTS.get(number % USER_AGENTS.size());
    }
}
