package io.mailblast.alerting;

import static io.mailblast.alerting.Notices.CRASH;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordingTest {

    @Test
    void aHeadlineSaysHowBadAndWhat() {
        assertThat(Wording.headline(Notices.of(CRASH))).isEqualTo("[critical] Worker Crash");
        assertThat(Wording.headline(Notices.of(Notices.resolved(CRASH)))).isEqualTo("[resolved] Worker Crash");
        assertThat(Wording.headline(Notices.of(Notices.escalated(CRASH))))
                .isEqualTo("[critical] Worker Crash (escalated)");
        assertThat(Wording.headline(Notices.many(3))).isEqualTo("[warning] 3 alerts");
        assertThat(Wording.headline(Notices.of(Notices.resolved(CRASH), Notices.resolved(CRASH))))
                .isEqualTo("[resolved] 2 alerts");
    }

    @Test
    void whatIsResolvedDoesNotMakeAHeadlineWorse() {
        Notice.Item mild = Notices.severity(CRASH, Severity.WARNING);

        assertThat(Wording.headline(Notices.of(Notices.resolved(CRASH), mild, mild)))
                .isEqualTo("[warning] 2 alerts, 1 resolved");
        assertThat(Wording.headline(Notices.of(Notices.resolved(CRASH), mild)))
                .isEqualTo("[warning] Worker Crash, 1 resolved");
    }

    @Test
    void nothingEndsALine() {
        assertThat(Wording.oneLine("a\r\nBcc: b\u0000\u0085\u2028c\u2029\t\u007Fd\n"))
                .isEqualTo("a Bcc: b c d");
    }

    @Test
    void whatIsTooLongIsCutBetweenCharacters() {
        assertThat(Wording.cut("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Wording.cut("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(Wording.cut("abcd😀fgh", 6)).isEqualTo("abcd…");
    }
}
