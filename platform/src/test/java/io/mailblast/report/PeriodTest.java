package io.mailblast.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeriodTest {

    @ParameterizedTest
    @CsvSource({
        "DAILY, 2026-03-04T06:00:00Z, 2026-03-04T06:00:00Z",
        "DAILY, 2026-03-04T05:59:59Z, 2026-03-03T06:00:00Z",
        "WEEKLY, 2026-03-04T12:00:00Z, 2026-03-02T06:00:00Z",
        "WEEKLY, 2026-03-02T05:00:00Z, 2026-02-23T06:00:00Z",
        "MONTHLY, 2026-03-04T12:00:00Z, 2026-03-01T06:00:00Z",
        "MONTHLY, 2026-03-01T05:00:00Z, 2026-02-01T06:00:00Z",
    })
    void aReportIsDueDailyOnMondaysAndOnTheFirst(Period period, Instant now, Instant due) {
        assertThat(period.due(now, LocalTime.of(6, 0))).isEqualTo(due);
    }

    @Test
    void whatCannotBeSentIsRefusedWithWhatIsAllowed() {
        assertThatThrownBy(() -> new ReportConfig(List.of("pagerduty"), List.of("daily"), "06:00"))
                .hasMessage("reports.send_to: pagerduty, allowed: email, slack, webhook");
        assertThatThrownBy(() -> new ReportConfig(List.of("email"), List.of("yearly"), "06:00"))
                .hasMessage("reports.send: yearly, allowed: daily, weekly, monthly");
        assertThatThrownBy(() -> new ReportConfig(List.of("email"), List.of("daily"), "6 o'clock"))
                .hasMessage("reports.at: 6 o'clock, allowed: a time of day such as 06:00");
    }
}
