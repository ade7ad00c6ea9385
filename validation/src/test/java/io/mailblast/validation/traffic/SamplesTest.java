package io.mailblast.validation.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.validation.observe.ProcessProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplesTest {

    @TempDir
    Path folder;

    @Test
    void theStrategysMixIsKept() {
        assertThat(Samples.Mix.of(100_000)).isEqualTo(new Samples.Mix(95_000, 3_000, 2_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 333, 5_000, 20_000})
    void aFileHasAsManyGoodBadAndRepeatedRowsAsItSays(int rows) throws IOException {
        Samples.Mix mix = Samples.Mix.of(rows);

        List<String> lines = Files.readAllLines(Samples.mixed(folder.resolve("a.csv"), mix, 7));

        Set<String> seen = new HashSet<>();
        int duplicates = 0;
        int invalid = 0;
        for (String line : lines.subList(1, lines.size())) {
            String email = line.substring(0, line.indexOf(','));
            if (!email.matches("reader[0-9]+@garden7\\.example")) {
                invalid++;
            } else if (!seen.add(email)) {
                duplicates++;
            }
        }
        assertThat(lines).hasSize(rows + 1);
        assertThat(new Samples.Mix(seen.size(), invalid, duplicates)).isEqualTo(mix);
    }

    @Test
    void filesOfDifferentGenerationsShareNoAddress() throws IOException {
        Samples.Mix mix = new Samples.Mix(500, 0, 0);
        List<String> one = Files.readAllLines(Samples.mixed(folder.resolve("a.csv"), mix, 1));
        List<String> other = Files.readAllLines(Samples.mixed(folder.resolve("b.csv"), mix, 2));

        assertThat(addresses(one)).doesNotContainAnyElementsOf(addresses(other));
    }

    @Test
    void theNewsletterHasEightKilobytesAndFiveLinks() {
        String html = Samples.newsletter();

        assertThat(html.getBytes(StandardCharsets.UTF_8).length).isBetween(7_900, 8_192);
        assertThat(html.split("href=\"https://garden\\.example/", -1)).hasSize(Samples.LINKS + 1);
        assertThat(html).contains("{{ first_name").contains("{{unsubscribe_url}}");
    }

    @Test
    void pixelsAndLinksAreFoundInAMail() {
        List<String> opens = new ArrayList<>();
        List<String> clicks = new ArrayList<>();

        TrackedLinks.collect("""
                <a href="http://127.0.0.1:8080/track/click/AbC-1?url=aHR0cA&amp;s=x_y">one</a>
                <a href="https://elsewhere.example/">not ours</a>
                <a href="mailto:a@b.example">nor this</a>
                <img src="http://127.0.0.1:8080/track/open/AbC-2" width="1">
                """, opens, clicks);

        assertThat(opens).containsExactly("/track/open/AbC-2");
        assertThat(clicks).containsExactly("/track/click/AbC-1?url=aHR0cA&s=x_y");
    }

    @Test
    void threeOfFiveRequestsOfTheMixAreOpens() {
        List<String> opens = new ArrayList<>();
        List<String> clicks = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            opens.add("/track/open/" + i);
            clicks.add("/track/click/" + i);
        }

        List<String> requests = new TrackedLinks(opens, clicks)
                .mix("http://127.0.0.1:1").stream()
                        .map(request -> new String(request, StandardCharsets.ISO_8859_1))
                        .toList();

        assertThat(requests).hasSize(500);
        assertThat(requests.stream().filter(request -> request.startsWith("GET /track/open/")))
                .hasSize(300);
    }

    @Test
    void aProcessSaysTheMostMemoryThatItHeld() throws IOException {
        Path status =
                Files.writeString(folder.resolve("status"), "Name:\tjava\nVmHWM:\t  204800 kB\nVmRSS:\t 100 kB\n");

        assertThat(ProcessProbe.status(status)).hasValue(200);
        assertThat(ProcessProbe.status(folder.resolve("absent"))).isEmpty();
    }

    private static List<String> addresses(List<String> lines) {
        return lines.stream()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf(',')))
                .toList();
    }
}
