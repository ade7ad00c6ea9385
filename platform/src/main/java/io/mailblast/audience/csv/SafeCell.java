package io.mailblast.audience.csv;

/// Cells that a spreadsheet would take for formulas, as OWASP's page on CSV injection lists them, are written behind an
/// apostrophe, which a spreadsheet takes for "this is text". Reading takes it away again, so that what was exported
/// comes
/// back as it was.
public final class SafeCell {

    private SafeCell() {}

    /// The cell's text as it may stand in a file that a spreadsheet opens.
    public static String write(String value) {
        return isFormula(value) ? "'" + value : value;
    }

    /// What was written by [#write].
    public static String read(String cell) {
        return cell.startsWith("'") && isFormula(cell) ? cell.substring(1) : cell;
    }

    /// Whether a text would be a formula, or is one behind apostrophes: those get one more, so that reading is exact.
    private static boolean isFormula(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) == '\'') {
            at++;
        }
        if (at == text.length()) {
            return false;
        }
        return switch (text.charAt(at)) {
            case '=', '+', '-', '@', '\t', '\r', '\n', '|', '＝', '＋', '－', '＠' -> true;
            default -> false;
        };
    }
}
