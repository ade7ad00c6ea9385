package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeCellTest {

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|calc", "＝1", "'=1", "''@x"})
    void whatWouldBeAFormulaIsTextAndComesBack(String value) {
        String written = SafeCell.write(value);

        assertThat(written).isEqualTo("'" + value);
        assertThat(SafeCell.read(written)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'", "''", "Ann", "O'Neill", "'quoted'", "a=1", "1-2"})
    void whatWouldBeNoneStaysAsItIs(String value) {
        assertThat(SafeCell.write(value)).isEqualTo(value);
        assertThat(SafeCell.read(value)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "=1+1,b!'=1+1,b",
                "a;=1+1!a;'=1+1",
                "a;\"=1+1\";b!a;\"'=1+1\";b",
                "a, @x!a, '@x",
                "ann@example.com;O'Neill;a-b!ann@example.com;O'Neill;a-b"
            })
    void partsOfALineAreDefusedToo(String line, String written) {
        assertThat(SafeCell.writeLine(line)).isEqualTo(written);
    }

    /// By comma, semicolon and tabulator: what a spreadsheet is set to depends on where it is.
    @Test
    void noSpreadsheetFindsAFormulaInAListOfErrors() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder line = new StringBuilder();
            for (int k = random.nextInt(12); k >= 0; k--) {
                line.append("=+-@\t;,|\"' a1".charAt(random.nextInt(13)));
            }
            StringWriter csv = new StringWriter();
            CsvWriter.builder().build(csv).writeRecord("2", SafeCell.writeLine(line.toString()), "a reason");

            for (char separator : new char[] {',', ';', '\t'}) {
                assertThat(cells(csv.toString().strip(), separator))
                        .as("seed %d, line “%s”, as “%s”", seed, line, csv)
                        .noneMatch(cell -> cell.strip().matches("(?s)[=+\\-@].*"));
            }
        }
    }

    /// As a spreadsheet does it: quotes count at the beginning of a cell, and what follows a closing one is
    /// kept.
    private static List<String> cells(String line, char separator) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        boolean begun = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append('"');
                i++;
            } else if (quoted && c == '"') {
                quoted = false;
            } else if (!quoted && !begun && c == '"') {
                quoted = true;
                begun = true;
            } else if (!quoted && c == separator) {
                cells.add(cell.toString());
                cell.setLength(0);
                begun = false;
            } else {
                cell.append(c);
                begun = true;
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
