package io.mailblast.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClickTargetTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    https://example.com                        | https://example.com                               | example.com
                    HTTPS://Example.COM/A?b=c#d                | https://example.com/A?b=c#d                       | example.com
                    http://example.com:8080/                   | http://example.com:8080/                          | example.com:8080
                    https://example.com?x=1                    | https://example.com?x=1                           | example.com
                    https://bücher.example/a b                 | https://xn--bcher-kva.example/a%20b               | xn--bcher-kva.example
                    https://example.com/ü?q=ä                  | https://example.com/%C3%BC?q=%C3%A4               | example.com
                    https://example.com/%41?a=%7C              | https://example.com/%41?a=%7C                     | example.com
                    https://example.com/?next=https://a@b.c/   | https://example.com/?next=https://a@b.c/          | example.com
                    https://[2001:db8::1]:8443/x               | https://[2001:db8::1]:8443/x                      | [2001:db8::1]:8443
                    http://127.0.0.1/<script>                  | http://127.0.0.1/%3Cscript%3E                     | 127.0.0.1
                    """)
    void aLinkOfTheWebIsATarget(String url, String location, String host) throws Exception {
        ClickTarget target = ClickTarget.of(url);

        assertThat(target).isEqualTo(new ClickTarget(url, location, host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "data:text/html,x",
                "ftp://example.com/",
                "//example.com/",
                "/relative",
                "https:/example.com",
                "https://",
                "https:///path",
                "https://user:secret@example.com/",
                "https://user@example.com/",
                "https://good.example\\@evil.example/",
                "https://example.com\\evil",
                "https://example.com/\r\nSet-Cookie: a=b",
                "https://example.com/\u0000",
                "https://example.com/\u0085",
                "https://example.com:99999/",
                "https://example.com:x/",
                "https://exa mple.com/",
                "https://-.example/\u007f",
                "https://[::1/",
                "https://<script>/",
                " https://example.com/",
                "",
            })
    void whatIsNoLinkOfTheWebIsRefused(String url) {
        assertThatThrownBy(() -> ClickTarget.of(url)).isInstanceOf(ClickTarget.MalformedTargetException.class);
    }

    @Test
    void everyKindOfBase64IsRead() throws Exception {
        String url = "https://example.com/??>>~ü/x";
        byte[] utf8 = url.getBytes(StandardCharsets.UTF_8);

        for (String text : new String[] {
            Base64.getEncoder().encodeToString(utf8),
            Base64.getEncoder().withoutPadding().encodeToString(utf8),
            Base64.getUrlEncoder().encodeToString(utf8),
            Base64.getUrlEncoder().withoutPadding().encodeToString(utf8),
            Base64.getEncoder().encodeToString(utf8).replace('+', ' '),
        }) {
            assertThat(ClickTarget.parse(text).url()).isEqualTo(url);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "*", "aHR0cHM6Ly9leGFtcGxlLmNvbS8=x", "=", "a", "//79", "aHR0cHM6Ly9leGFtcGxlLmNvbS8==="})
    void whatIsNoBase64OfUtf8IsRefused(String text) {
        assertThatThrownBy(() -> ClickTarget.parse(text)).isInstanceOf(ClickTarget.MalformedTargetException.class);
    }

    @Test
    void aLinkMayHaveEightKilobytesAndNoMore() throws Exception {
        String longest = "https://example.com/" + "x".repeat(8_192 - 20);

        assertThat(ClickTarget.parse(text(longest)).url()).hasSize(8_192);
        assertThatThrownBy(() -> ClickTarget.parse(text(longest + "x"))).hasMessageContaining("8192");
    }

    @Test
    void noTargetLeavesItsHeader() {
        long seed = System.nanoTime();
        System.out.println("ClickTargetTest seed " + seed);
        Random random = new Random(seed);
        String alphabet = "abc:/?#[]@!$&'()*+,;=%20\\\r\n\t \"<>{}|^`~.-_ü中\u202e\u0000\uD83D\uDE00";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder url = new StringBuilder(random.nextInt(4) == 0 ? "" : "https://");
            random.ints(random.nextInt(30), 0, alphabet.length()).forEach(n -> url.append(alphabet.charAt(n)));
            isSafe(url.toString());
        }
    }

    @FuzzTest
    void anyTextIsATargetOrRefused(byte[] bytes) {
        isSafe(new String(bytes, StandardCharsets.UTF_8));
        try {
            ClickTarget.parse(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (ClickTarget.MalformedTargetException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static void isSafe(String url) {
        try {
            ClickTarget target = ClickTarget.of(url);
            assertThat(target.location()).matches("https?://[\\x21-\\x7e]+").doesNotContain("\"", "<", ">", "\\");
            String authority = target.location().split("://", 2)[1].split("[/?#]", 2)[0];
            assertThat(authority).isEqualTo(target.host()).doesNotContain("@");
        } catch (ClickTarget.MalformedTargetException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static String text(String url) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(url.getBytes(StandardCharsets.UTF_8));
    }
}
