package io.mailblast.validation.plan;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a value counts, and how people write it.
public enum Unit {
    MILLISECONDS("ms", "150ms or 2s"),
    SECONDS("s", "30s, 5m or 4h"),
    RATIO("%", "0.1%"),
    PER_MINUTE("/min", "1000/min or 20/s"),
    MEGABYTES("MB", "512MB or 2GB"),
    COUNT("", "a number such as 1000");

    private static final Pattern WRITTEN = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *([a-zA-Z%/]*)");

    private final String symbol;
    private final String example;

    Unit(String symbol, String example) {
        this.symbol = symbol;
        this.example = example;
    }

    /// As `--json` writes it.
    public String symbol() {
        return symbol;
    }

    String example() {
        return example;
    }

    /// @param text such as `150ms`, with the unit that people use for it
    /// @return the value in this unit (of a ratio, 0 to 1), empty where it is none
    public Optional<Double> parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double number = Double.parseDouble(matcher.group(1));
        return factor(matcher.group(2)).map(factor -> number * factor);
    }

    private Optional<Double> factor(String written) {
        return switch (this) {
            case MILLISECONDS -> time(written).map(seconds -> seconds * 1_000);
            case SECONDS -> time(written);
            case RATIO -> written.equals("%") ? Optional.of(0.01) : Optional.empty();
            case PER_MINUTE ->
                switch (written) {
                    case "/min" -> Optional.of(1.0);
                    case "/s" -> Optional.of(60.0);
                    default -> Optional.empty();
                };
            case MEGABYTES ->
                switch (written) {
                    case "MB" -> Optional.of(1.0);
                    case "GB" -> Optional.of(1024.0);
                    default -> Optional.empty();
                };
            case COUNT -> written.isEmpty() ? Optional.of(1.0) : Optional.empty();
        };
    }

    private static Optional<Double> time(String written) {
        return switch (written) {
            case "ms" -> Optional.of(0.001);
            case "s" -> Optional.of(1.0);
            case "m" -> Optional.of(60.0);
            case "h" -> Optional.of(3_600.0);
            default -> Optional.empty();
        };
    }

    /// As people read it: `4.2 ms`, `1.50 s`, `0.02%`, `5,000/min`.
    public String format(double value) {
        return switch (this) {
            case MILLISECONDS -> value < 1_000 ? precise(value) + " ms" : seconds(value / 1_000);
            case SECONDS -> seconds(value);
            case RATIO -> trimmed(value * 100, value < 0.001 ? 3 : value < 0.1 ? 2 : 1) + "%";
            case PER_MINUTE -> precise(value) + "/min";
            case MEGABYTES -> value < 1_024 ? precise(value) + " MB" : precise(value / 1_024) + " GB";
            case COUNT -> precise(value);
        };
    }

    private static String seconds(double value) {
        return value < 120
                ? precise(value) + " s"
                : value < 7_200 ? precise(value / 60) + " min" : precise(value / 3_600) + " h";
    }

    private static String precise(double value) {
        return trimmed(value, Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
    }

    private static String trimmed(double value, int digits) {
        String text = String.format(Locale.ROOT, "%,." + digits + "f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
