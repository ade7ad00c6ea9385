package io.mailblast.http;

/// Cells that a spreadsheet would take for formulas, as OWASP's page on CSV injection lists them, are written
/// behind an apostrophe, which a spreadsheet takes for "this is text". Reading takes it away again, so that
/// what was exported comes back as it was.
public final class SafeCell {

    private SafeCell() {}

    /// The cell's text as it may stand in a file that a spreadsheet opens.
    public static String write(String value) {
        return isFormula(value) ? "'" + value : value;
    }

    /// A line of another CSV file as one cell, for people to read. A spreadsheet that is set to another
    /// separator than a comma divides the line whatever quotes are around it, so what would be a formula then
    /// gets its apostrophe too.
    public static String writeLine(String line) {
        StringBuilder safe = new StringBuilder(line.length() + 8);
        boolean atStart = true;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (atStart && begins(c)) {
                safe.append('\'');
            }
            safe.append(c);
            atStart = c == ',' || c == ';' || c == '\t' || c == '|' || c == '\n' || (atStart && (c == ' ' || c == '"'));
        }
        return safe.toString();
    }

    /// What was written by [#write].
    public static String read(String cell) {
        return cell.startsWith("'") && isFormula(cell) ? cell.substring(1) : cell;
    }

    /// Whether a text would be a formula, or is one behind apostrophes: those get one more, so that reading is
    /// exact.
    private static boolean isFormula(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) == '\'') {
            at++;
        }
        return at < text.length() && begins(text.charAt(at));
    }

    /// Whether a formula can begin so.
    private static boolean begins(char c) {
        return switch (c) {
            case '=', '+', '-', '@', '\t', '\r', '\n', '|', '＝', '＋', '－', '＠' -> true;
            default -> false;
        };
    }
}
