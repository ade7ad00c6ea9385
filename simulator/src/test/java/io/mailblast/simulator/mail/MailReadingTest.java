package io.mailblast.simulator.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MailReadingTest {

    private static byte[] bytes(String mail) {
        return mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theHtmlOfANestedMailIsDecodedAndUnderstood() {
        Letter letter = Letter.read(bytes("""
                Subject: x
                List-Unsubscribe: <mailto:no@example.com>,
                 <https://example.com/u/1>
                List-Unsubscribe-Post: List-Unsubscribe=One-Click
                Content-Type: multipart/mixed; boundary=a

                --a
                Content-Type: multipart/alternative; boundary=b

                --b
                Content-Type: text/plain; charset=iso-8859-1
                Content-Transfer-Encoding: quoted-printable

                Gr=FC=DFe
                --b
                Content-Type: text/html; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                <a href=3D"http://127.0.0.1/c?a=3D1&amp;b=3D2">x</a><a href=3D"mailto:x@y.z">m</a>
                <a href=3D"#top">t</a><a href=3D"https://example.com/u/1">no</a>
                <img src=3D"http://127.0.0.1/logo.png" width=3D"200">
                <img src=3D"http://127.0.0.1/o" width=3D"1" height=3D"1">
                --b--
                --a
                Content-Type: text/html
                Content-Disposition: attachment

                <a href="http://127.0.0.1/attached">x</a>
                --a--
                """));

        assertThat(letter.text()).hasValueSatisfying(text -> assertThat(text).contains("Grüße"));
        assertThat(letter.links()).containsExactly(URI.create("http://127.0.0.1/c?a=1&b=2"));
        assertThat(letter.trackingImages()).containsExactly(URI.create("http://127.0.0.1/o"));
        assertThat(letter.otherImages()).containsExactly(URI.create("http://127.0.0.1/logo.png"));
        assertThat(letter.oneClick()).contains(URI.create("https://example.com/u/1"));
    }

    @Test
    void withoutThePostHeaderThereIsNoOneClick() {
        assertThat(Letter.read(bytes("List-Unsubscribe: <http://127.0.0.1/u>\n\nx"))
                        .oneClick())
                .isEmpty();
    }

    @Test
    void withoutAPixelEveryImageTracks() {
        assertThat(Letter.read(bytes("Content-Type: text/html\n\n<img src='http://127.0.0.1/a.png'>"))
                        .trackingImages())
                .hasSize(1);
    }

    @Test
    void headersAreUnfoldedAndDecoded() {
        MailHeaders headers = MailHeaders.scan(
                bytes(
                        "Subject: =?utf-8?Q?Gr=C3=BC?=\n =?utf-8?Q?=C3=9Fe?=\nTo: A <a@x.de>,\n b@x.de\nBroken line\nCc: A@x.de\n\nTo: c@x.de"));

        assertThat(headers.subject()).isEqualTo("Grüße");
        assertThat(headers.recipients()).containsExactly("a@x.de", "b@x.de", "A@x.de");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b.c", "\"a b\"@x.de", "üser@exämple.de", "N <a@b.c>", "<a@b>", "o'hara+x@b.c"})
    void addressesAreRecognised(String written) {
        assertThat(Addresses.bare(written)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "@b.c", "a@", "a@b@c.d", "a b@c.d", "a@b..c", "a@.b", "a@b.", "a\r\n@b.c", "N a@b.c>"})
    void whatIsNoAddressIsNone(String written) {
        assertThat(Addresses.bare(written)).isEmpty();
    }

    @FuzzTest
    void anyBytesAreRead(byte[] mail) {
        MailHeaders headers = MailHeaders.scan(mail);
        assertThat(headers.subject()).isNotNull();
        assertThat(headers.recipients()).doesNotContain("");
        assertThat(headers.tags()).doesNotContainKey("");
        Letter letter = Letter.read(mail);
        assertThat(letter.links()).allSatisfy(link -> assertThat(link.getHost()).isNotNull());
    }
}
