package io.mailblast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The part of a page in `docs` that is made from the code: between the lines `<!-- generated: TEST -->` and
/// `<!-- end: TEST -->`, where TEST is the test that keeps it in step and, with `REGENERATE_DOCS=1`, writes it anew.
///
/// @param page the file's name in `docs`
/// @param test the class that makes the part
public record GeneratedPart(String page, Class<?> test) {

    /// Fails when the page does not say what was made now, or writes it where that was asked for.
    public void mustBe(String made) throws IOException {
        Path file = Path.of("..", "docs", page);
        String text = Files.readString(file);
        String begin = "<!-- generated: " + test.getSimpleName() + " -->\n";
        String end = "<!-- end: " + test.getSimpleName() + " -->";
        assertThat(text)
                .as("docs/%s without the lines that enclose its generated part", page)
                .contains(begin, end);
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end, from);
        String wanted = "\n" + made.strip() + "\n\n";
        if ("1".equals(System.getenv("REGENERATE_DOCS"))) {
            Files.writeString(file, text.substring(0, from) + wanted + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to))
                .as(
                        "docs/%s is behind the code; run `REGENERATE_DOCS=1 ./mailblast test %s` and commit what changed",
                        page, test.getSimpleName())
                .isEqualTo(wanted);
    }
}
