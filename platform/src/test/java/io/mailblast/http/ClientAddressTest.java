package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    private static final ClientAddress PROXIED = new ClientAddress(List.of("10.0.0.0/8", "::1", "fd00::/64"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8.8.8.8   | 1.2.3.4                     | 8.8.8.8",
                "10.1.2.3  | 1.2.3.4                     | 1.2.3.4",
                "10.1.2.3  | ''                          | 10.1.2.3",
                "10.1.2.3  | 6.6.6.6, 1.2.3.4            | 1.2.3.4",
                "10.1.2.3  | 1.2.3.4, 10.9.9.9           | 1.2.3.4",
                "10.1.2.3  | 127.0.0.1, 1.2.3.4, 10.0.0.1| 1.2.3.4",
                "10.1.2.3  | 10.0.0.7, 10.0.0.8          | 10.0.0.7",
                "10.1.2.3  | nonsense                    | 10.1.2.3",
                "10.1.2.3  | localhost                   | 10.1.2.3",
                "10.1.2.3  | 1.2.3.4, nonsense, 10.0.0.1 | 10.0.0.1",
                "::1       | 2001:db8::5                 | 2001:db8::5",
                "0:0:0:0:0:0:0:1 | 1.2.3.4               | 1.2.3.4",
                "fd00::9   | 1.2.3.4                     | 1.2.3.4",
                "fd00:0:0:1::9 | 1.2.3.4                 | fd00:0:0:1::9",
                "11.0.0.1  | 1.2.3.4                     | 11.0.0.1",
            })
    void theFirstHopThatIsNotTrustedIsTheClient(String peer, String forwarded, String client) {
        assertThat(PROXIED.of(peer, List.of(forwarded))).isEqualTo(client);
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(PROXIED.of("10.0.0.1", List.of("6.6.6.6", "1.2.3.4, 10.0.0.2")))
                .isEqualTo("1.2.3.4");
    }

    @Test
    void withoutTrustedProxiesNobodyIsBelieved() {
        assertThat(new ClientAddress(List.of()).of("127.0.0.1", List.of("1.2.3.4")))
                .isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "10.0.0",
                "::1/129",
                "proxy.example.org",
                "/8"
            })
    void whatIsNoPrefixIsRefusedByName(String entry) {
        assertThatThrownBy(() -> new ClientAddress(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trusted_proxies");
    }

    @Test
    void anyHeaderGivesAnAddressAndNothingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String characters = "0123456789abcdef.:, %[]x";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder header = new StringBuilder();
            for (int j = random.nextInt(40); j > 0; j--) {
                header.append(characters.charAt(random.nextInt(characters.length())));
            }
            assertThat(PROXIED.of("10.0.0.1", List.of(header.toString())))
                    .as("seed " + seed)
                    .matches("[0-9a-fA-F:.]+");
        }
    }
}
