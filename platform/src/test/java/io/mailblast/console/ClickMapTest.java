package io.mailblast.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Json;
import java.util.List;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

class ClickMapTest {

    private static Row link(String url, int people) {
        ObjectNode link = Json.MAPPER.createObjectNode().put("url", url).putNull("share");
        link.putObject("clicks").put("unique", people);
        return new Row(link);
    }

    private static List<String> labels(String content, Row... links) {
        return Jsoup.parse(ClickMap.over(content, List.of(links)))
                .select("span")
                .eachText();
    }

    @Test
    void linksThatShareATargetHaveTheirOwnFigures() {
        String content =
                "<a href='https://a.example'>x</a><a href='https://b.example'>y</a><a href='https://a.example'>z</a>";

        assertThat(labels(
                        content,
                        link("https://a.example", 7),
                        link("https://b.example", 2),
                        link("https://a.example", 1)))
                .containsExactly("7", "2", "1");
    }

    @Test
    void ofACampaignBeforePlacesWereToldOneFigureStandsForAll() {
        String content = "<a href='https://a.example'>x</a><a href='https://a.example'>z</a><a href='#'>top</a>";

        assertThat(labels(content, link("https://a.example", 7))).containsExactly("7", "7");
    }
}
