package io.mailblast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.http.ProblemException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormTest {

    @Test
    void fieldsMayComeSeveralTimesOrWithoutAValue() {
        Form form = Form.parse("a=1&b=&a=2&c&=x&&a=%33");

        assertThat(form.all("a")).containsExactly("1", "2", "3");
        assertThat(form.get("b")).isEmpty();
        assertThat(form.has("c")).isTrue();
        assertThat(form.has("d")).isFalse();
    }

    @Test
    void whatABrowserEncodesComesBackAsItWas() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            String text = random.ints(random.nextInt(40), 1, 0x2fff)
                    .filter(c -> !Character.isSurrogate((char) c))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();

            String encoded = "x=" + URLEncoder.encode(text, StandardCharsets.UTF_8);

            assertThat(Form.parse(encoded).get("x")).as("seed " + seed).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%2", "a=%zz", "a=%%41"})
    void aBrokenEscapeStandsForItself(String encoded) {
        assertThat(Form.parse(encoded).get("a")).startsWith("%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%ff", "a=%C3", "a=%ED%A0%80", "%80=1"})
    void bytesThatAreNoUtf8AreRefused(String encoded) {
        assertThatThrownBy(() -> Form.parse(encoded)).isInstanceOf(ProblemException.class);
    }

    @Test
    void tooManyFieldsAreRefused() {
        assertThatThrownBy(() -> Form.parse("a&".repeat(5_001))).isInstanceOf(ProblemException.class);
    }

    @Test
    void onlyWhatAPersonTypedIsKept() {
        assertThat(Form.parse("_csrf=x&_next=1&name=n").typed().values()).containsOnlyKeys("name");
        assertThat(Form.EMPTY.with("a", List.of("1")).without("a").values()).isEmpty();
    }
}
