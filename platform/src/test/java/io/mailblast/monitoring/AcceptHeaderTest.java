package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptHeaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                              | text/plain",
                "*/*                                             | text/plain",
                "application/json                                | application/json",
                "Application/JSON; charset=utf-8                 | application/json",
                "application/*                                   | application/openmetrics-text",
                "text/html, application/json;q=0.9, */*;q=0.8    | application/json",
                "text/plain;q=0.3, application/json;q=0.4        | application/json",
                "application/json;q=0                            | text/plain",
                "image/png                                       | text/plain",
                "application/json;q=nonsense                     | application/json",
                ";;;,,,q=                                        | text/plain",
            })
    void theClientsFavouriteIsChosen(String header, String chosen) {
        assertThat(AcceptHeader.choose(
                        header, List.of("text/plain", "application/openmetrics-text", "application/json")))
                .isEqualTo(chosen);
    }
}
