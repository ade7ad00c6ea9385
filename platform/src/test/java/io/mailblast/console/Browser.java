package io.mailblast.console;

import io.mailblast.testing.TestServer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Keeps a cookie, sends forms with the token of the page they are on, follows nothing by itself.
final class Browser {

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]*)\"");

    private final TestServer server;
    private String cookie = "";
    private String page = "";

    Browser(TestServer server) {
        this.server = server;
    }

    HttpResponse<String> get(String path) {
        return taken(server.send(request(path).GET().build()));
    }

    /// With the token of the page that was got last, and the headers that a browser sends from its own site.
    HttpResponse<String> post(String path, Map<String, String> fields) {
        return post(path, fields, csrf(), "same-origin");
    }

    /// @param site what the browser says in `Sec-Fetch-Site`, or empty
    HttpResponse<String> post(String path, Map<String, String> fields, String csrf, String site) {
        String body = java.util.stream.Stream.concat(
                        fields.entrySet().stream(), Map.of("_csrf", csrf).entrySet().stream())
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = request(path).header("Content-Type", "application/x-www-form-urlencoded");
        if (!site.isEmpty()) {
            request.header("Sec-Fetch-Site", site);
        }
        return taken(server.send(
                request.POST(HttpRequest.BodyPublishers.ofString(body)).build()));
    }

    String csrf() {
        Matcher token = TOKEN.matcher(page);
        return token.find() ? token.group(1) : "";
    }

    String cookie() {
        return cookie;
    }

    void cookie(String value) {
        cookie = value;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path)).timeout(Duration.ofSeconds(30));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return request;
    }

    private HttpResponse<String> taken(HttpResponse<String> response) {
        List<String> set = response.headers().allValues("Set-Cookie");
        if (!set.isEmpty()) {
            cookie = set.getFirst().split(";")[0];
        }
        page = response.body();
        return response;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
