package io.mailblast.validation.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.validation.http.TinyServer;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GivenSiteTest {

    private static final String READY = "{\"status\":\"ready\",\"test_installation\":true,\"time_scale\":1.0}";

    private static ThrowingCallable at(String http) {
        return () -> GivenSite.at(http, Optional.empty(), "a@example.com", "secret", 1, GivenSite.Damage.REFUSED);
    }

    private static String answer(int status, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static void refused(Function<String, String> answers, String words) throws IOException {
        try (TinyServer server = TinyServer.start(head -> TinyServer.bytes(answers.apply(head)))) {
            assertThatThrownBy(at("http://127.0.0.1:" + server.address().getPort()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(words);
        }
    }

    @Test
    void whereNobodyAnswersNothingCanBeRun() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        assertThatThrownBy(at("http://127.0.0.1:" + port))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("Nobody answers at http://127.0.0.1:" + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ok", "{\"status\":\"fine\"}", "[]", "null"})
    void whatIsNoMailBlastIsRefused(String body) throws IOException {
        refused(_ -> answer(200, body), "is no MailBlast");
    }

    @Test
    void whatIsNoAddressIsRefused() {
        assertThatThrownBy(at("not an address"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("write http://HOST:PORT");
    }

    @Test
    void oneThatIsNotMarkedIsRefused() throws IOException {
        refused(_ -> answer(200, READY.replace("true", "false")), "--allow-damage");
    }

    @Test
    void oneThatSendsByARealProviderIsRefusedWhateverIsAllowed() throws IOException {
        String real = READY.replace("{", "{\"real_provider\":true,");
        refused(_ -> answer(200, real), "sends by a real provider");
        try (TinyServer server = TinyServer.start(_ -> TinyServer.bytes(answer(200, real)))) {
            String http = "http://127.0.0.1:" + server.address().getPort();
            assertThatThrownBy(() -> GivenSite.at(
                            http, Optional.empty(), "a@example.com", "secret", 1, GivenSite.Damage.ALLOWED))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("Nothing allows that");
        }
    }

    @Test
    void oneWithAnotherTimeScaleIsRefused() throws IOException {
        refused(_ -> answer(200, READY.replace("1.0", "0.1")), "make them the same");
    }

    @Test
    void wrongCredentialsAreRefused() throws IOException {
        refused(
                head -> head.startsWith("GET /health") ? answer(200, READY) : answer(401, "{\"title\":\"Wrong\"}"),
                "The sign-in at");
    }
}
