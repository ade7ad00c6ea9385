package io.mailblast.validation.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.observe.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchResultTest {

    private static final Machine IDLE = new Machine(8, 16_000, "A CPU", "25", "Linux 6", 0.1);

    private static BenchResult sending(Machine machine) {
        BenchResult result = new BenchResult("sending", machine);
        result.version("MailBlast", "0.1.0");
        result.configured("mails", "20,000");
        result.add(Figure.of("ses_mails_per_second", "mails/s", Spread.median(List.of(900.0, 1_000.0, 1_200.0)))
                .under("plain_client_mails_per_second", Spread.median(List.of(3_000.0, 4_000.0, 5_000.0)))
                .noting("One SendEmail a mail."));
        result.add(Figure.of("worker_rss_mb", "MB", Spread.once(280.25)));
        result.notMeasured("SMTP.");
        return result;
    }

    @Test
    void jsonHasTheContractsFields() {
        JsonNode json = sending(IDLE).json();

        assertThat(json.path("benchmark").asText()).isEqualTo("sending");
        assertThat(json.path("machine").path("cores").asInt()).isEqualTo(8);
        JsonNode figure = json.path("figures").path(0);
        assertThat(figure.path("name").asText()).isEqualTo("ses_mails_per_second");
        assertThat(figure.path("value").asDouble()).isEqualTo(1_000);
        assertThat(figure.path("unit").asText()).isEqualTo("mails/s");
        JsonNode ceiling = figure.path("ceilings").path(0);
        assertThat(ceiling.path("name").asText()).isEqualTo("plain_client_mails_per_second");
        assertThat(ceiling.path("value").asDouble()).isEqualTo(4_000);
        assertThat(ceiling.path("ratio").asDouble()).isEqualTo(0.25);
        assertThat(json.path("figures").path(1).path("ceilings").isArray()).isTrue();
        assertThat(json.path("figures").path(1).path("ceilings")).isEmpty();
    }

    @Test
    void jsonSaysHowFarTheRepeatsLayApart() {
        JsonNode figure = sending(IDLE).json().path("figures").path(0);

        assertThat(figure.path("min").asDouble()).isEqualTo(900);
        assertThat(figure.path("max").asDouble()).isEqualTo(1_200);
        assertThat(figure.path("repeats").asInt()).isEqualTo(3);
    }

    @Test
    void theReportHasFigureCeilingRatioMachineAndWhatIsNotMeasured() {
        String text = BenchReport.text(sending(IDLE));

        assertThat(text.lines().map(line -> line.strip().replaceAll(" +", " ")))
                .contains(
                        "ses_mails_per_second 1,000 mails/s (900 to 1,200 in 3)",
                        "of plain_client_mails_per_second 4,000 mails/s (3,000 to 5,000 in 3); ratio 0.250",
                        "worker_rss_mb 280 MB (once)",
                        "MailBlast 0.1.0",
                        "mails 20,000",
                        "SMTP.")
                .anyMatch(line -> line.startsWith("8 cores, 16,000 MB, A CPU; JDK 25; Linux 6"));
        assertThat(text).doesNotContain("FAILED").doesNotContain("busy");
    }

    @Test
    void aFigureAboveItsLimitIsSaidAndEndsBadly() {
        BenchResult kept = sending(IDLE);
        kept.add(Figure.of("test_mail_seconds", "s", Spread.once(2.0)).atMost(2));
        BenchResult exceeded = sending(IDLE);
        exceeded.add(Figure.of("test_mail_seconds", "s", Spread.once(2.1)).atMost(2));

        assertThat(kept.isGood()).isTrue();
        assertThat(BenchReport.text(kept)).containsPattern("at most +2.00 s +kept");
        assertThat(exceeded.isGood()).isFalse();
        assertThat(BenchReport.text(exceeded)).containsPattern("at most +2.00 s +EXCEEDED");
        JsonNode figure = exceeded.json().path("figures").path(2);
        assertThat(figure.path("at_most").asDouble()).isEqualTo(2);
        assertThat(figure.path("kept").asBoolean(true)).isFalse();
    }

    @Test
    void linesOfTheReportFitATerminal() {
        BenchResult result = sending(IDLE);
        result.note("word ".repeat(60).strip());

        assertThat(BenchReport.text(result).lines()).allMatch(line -> line.length() <= 110);
    }

    @Test
    void aBusyMachineIsSaid() {
        BenchResult result = sending(new Machine(2, 16_000, "A CPU", "25", "Linux 6", 5.0));

        assertThat(BenchReport.text(result))
                .contains("The machine was busy when this began (load average 5.0 on 2 cores)");
        assertThat(result.isGood()).isTrue();
    }

    @Test
    void figuresOfWrongWorkCountForNothing() {
        BenchResult result = sending(IDLE);
        result.failed("Of 100 mails 99 were sent.");

        assertThat(result.isGood()).isFalse();
        assertThat(BenchReport.text(result)).contains("FAILED").contains("Of 100 mails 99 were sent.");
        assertThat(result.json().path("failures").path(0).asText()).isEqualTo("Of 100 mails 99 were sent.");
    }

    @Test
    void theMiddleStandsForAllRepeats() {
        assertThat(Spread.median(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 3, 3));
        assertThat(Spread.median(List.of(4.0, 1.0, 2.0, 3.0)).value()).isEqualTo(2.5);
        assertThat(Spread.highest(List.of(3.0, 9.0, 2.0))).isEqualTo(new Spread(9, 2, 9, 3));
        assertThatThrownBy(() -> Spread.median(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCeilingOfNothingHasNoRatioToDivideBy() {
        Figure figure = Figure.of("a", "x/s", Spread.once(5)).under("b", Spread.once(0));

        assertThat(figure.ceilings().getFirst().ratio(figure)).isZero();
    }

    @Test
    void numbersKeepTheDigitsThatCount() {
        assertThat(List.of(12_345.6, 99.87, 5.678, 0.1234, Double.NaN).stream().map(BenchReport::number))
                .containsExactly("12,346", "99.9", "5.68", "0.123", "?");
    }

    @Test
    void sizesAreSpelledAsInTheContract() {
        assertThat(List.of(100_000L, 250_000L, 1_000_000L, 1_234L).stream().map(Settings::size))
                .containsExactly("100k", "250k", "1m", "1234");
    }
}
