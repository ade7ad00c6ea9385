package io.mailblast.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.Presses;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviceTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    <a href="#">Read more</a>                       | “Read more” leads nowhere.
                    <a href="">Read more</a>                        | “Read more” leads nowhere.
                    <a>Read more</a>                                | “Read more” leads nowhere.
                    <a href="www.example.com">x</a>                 | The link to www.example.com leads nowhere in a mail: begin it with https://.
                    <img src="logo.png" alt="Logo">                 | The picture logo.png will not be found: begin it with https://.
                    <img alt="Logo">                                | A picture has no src.
                    <img src="https://example.com/a.png">           | A picture has no alt text: https://example.com/a.png. Many programs show it instead of the picture.
                    <form action="https://example.com"></form>      | Scripts, frames and forms do not work in mail programs, and many refuse such mails.
                    <p>Act now, you are a winner</p>                | Filters know these words from spam: act now, winner.
                    """)
    void whatRecipientsWouldTakeForAMistakeIsNamed(String html, String advice) {
        assertThat(messages("A subject", html)).contains(advice);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    BUY IT TODAY        | It is all in capitals, which filters take for spam.
                    Hello!! Friend      | Several exclamation marks look like spam to filters.
                    {{ first_name }}    | The subject is empty.
                    """)
    void soIsASubject(String subject, String advice) {
        assertThat(messages(subject, "<p>x</p>")).contains(advice);
    }

    @Test
    void whatIsGoodIsLeftAlone() {
        assertThat(messages(
                        "Our October news",
                        "<p><a href=\"https://example.com/a\">Read</a> <a href=\"mailto:a@example.com\">Write</a>"
                                + " <a href=\"#top\">Up</a> <img src=\"https://example.com/a.png\" alt=\"\">"
                                + " <a href=\"{{unsubscribe_url}}\">Leave</a></p>"))
                .isEmpty();
    }

    @Test
    void moreThanGmailShowsIsSaid() {
        assertThat(messages("s", "<p>" + "x".repeat(Advice.CLIPPED_BYTES) + "{{unsubscribe_url}}</p>"))
                .anyMatch(message -> message.startsWith("It has 102 KB. Gmail shows the first 102 KB"));
    }

    private static List<String> messages(String subject, String html) {
        Newsletter.Source source = new Newsletter.Source(subject, html, null);
        RenderedMessage message = Newsletter.compile(
                        source,
                        new Newsletter.Sender("News", "news@example.com", null),
                        1,
                        Presses.press(),
                        Newsletter.Tracking.OFF)
                .sample(1, Map.of());
        return Advice.on(source, message).stream()
                .map(Advice::message)
                .filter(said -> !said.startsWith("You wrote no"))
                .toList();
    }
}
