package io.mailblast.validation.bench;

import java.time.Duration;
import java.util.Locale;

/// How much a benchmark does.
///
/// @param mails of a campaign
/// @param rows of an imported file
/// @param duration of each measurement under load
/// @param repeats of each measurement
record Settings(int mails, int rows, Duration duration, int repeats) {

    /// A size as names of figures spell it: `100k`, `1m`, else the number.
    static String size(long number) {
        if (number > 0 && number % 1_000_000 == 0) {
            return number / 1_000_000 + "m";
        }
        return number > 0 && number % 1_000 == 0 ? number / 1_000 + "k" : Long.toString(number);
    }

    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
