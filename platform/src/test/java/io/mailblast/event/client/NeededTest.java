package io.mailblast.event.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Json;
import io.mailblast.testing.Corpora;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeededTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            (Firefox)/(\\d+)\\.(\\d+) ; firefox
            Foo\\.Bar ; foo.bar
            (?:One|Three)x? ; one,three
            (One|)Two ; two
            colou?r ; colo
            ab{0,3}cde+ ; cde
            [abc]Long[)] ; long
            (?!Never)Always ; always
            (?i)Any|[0-9]+ ; ''
            .*(\\d+) ; ''
            """)
    void isWhatEveryMatchHas(String regex, String texts) {
        assertThat(String.join(",", Needed.by(regex))).isEqualTo(texts);
    }

    @Test
    void noRuleFindsLessForLookingFirst() throws IOException {
        List<String> lines = Files.readAllLines(Corpora.find("user-agents.jsonl"));
        List<Rule> rules = List.of("client", "os", "device").stream()
                .flatMap(kind -> Families.read(kind).stream())
                .toList();

        for (int i = 0; i < lines.size(); i += 8) {
            JsonNode sample = Json.MAPPER.readTree(lines.get(i));
            String userAgent = sample.get("user_agent").textValue();
            String lower = userAgent.toLowerCase(Locale.ROOT);
            for (Rule rule : rules) {
                if (rule.pattern().matcher(userAgent).find()) {
                    assertThat(rule.family(userAgent, lower))
                            .as("%s in %s", rule.pattern(), userAgent)
                            .isNotNull();
                }
            }
        }
    }
}
