package io.mailblast.validation.capacity;

import io.mailblast.validation.plan.Unit;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Options as people write them.
final class Written {

    private Written() {}

    /// A number of mails or people: `250000`, `250k`, `1.5M`, `2B`.
    static final class Amount implements ITypeConverter<Double> {

        private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?)([kKmMbB]?)");

        @Override
        public Double convert(String text) {
            Matcher matcher = WRITTEN.matcher(text.strip());
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is no amount; such are 250000, 250k, 1.5M and 2B (a thousand million)");
            }
            double times = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                case "k" -> 1e3;
                case "m" -> 1e6;
                case "b" -> 1e9;
                default -> 1;
            };
            return Double.parseDouble(matcher.group(1)) * times;
        }
    }

    /// A share: `60%`.
    static final class Share implements ITypeConverter<Double> {

        @Override
        public Double convert(String text) {
            return Unit.RATIO
                    .parse(text.strip())
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is no share; such is 60%"));
        }
    }

    /// A time: `50ms`, `30s`, `20m`, `1h`.
    static final class Time implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            return Unit.SECONDS
                    .parse(text.strip())
                    .map(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
                    .orElseThrow(() ->
                            new TypeConversionException("'" + text + "' is no time; such are 50ms, 30s, 20m and 1h"));
        }
    }
}
