package io.mailblast.validation.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.validation.http.KeepAliveConnection.Answer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersTest {

    private static final HostileRequest REQUEST =
            new HostileRequest(HostileRequest.latin("GET / HTTP/1.1\r\n\r\n"), Optional.empty(), false);

    @ParameterizedTest
    @CsvSource({"503, true, true", "503, false, false", "500, true, false", "429, true, false", "200, false, false"})
    void onlyAServerWithoutRoomThatSaysWhenIsAskedAgain(int status, boolean saysWhen, boolean later) {
        assertThat(Answers.isForLater(new Answer(status, saysWhen, ""))).isEqualTo(later);
    }

    @ParameterizedTest
    @CsvSource({"500, true", "503, true", "503, false"})
    void whatIsTakenAsAnAnswerMayBeNoErrorOfTheServer(int status, boolean saysWhen) {
        Answers answers = new Answers();

        answers.take(REQUEST, new Answer(status, saysWhen, ""));

        assertThat(answers.violations()).isEqualTo(1);
    }

    @Test
    void whoeverWasToldToComeAgainIsCounted() {
        Answers answers = new Answers();

        answers.later();
        answers.take(REQUEST, new Answer(200, false, ""));

        assertThat(answers.result(1).isGood()).isTrue();
        assertThat(answers.result(1).later()).isEqualTo(1);
        assertThat(answers.result(1).text()).contains("told to come again, and did");
    }
}
