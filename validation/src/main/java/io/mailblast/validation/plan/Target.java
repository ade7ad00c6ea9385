package io.mailblast.validation.plan;

import java.util.Arrays;
import java.util.List;

/// What a value must be.
public record Target(Comparison comparison, double value) {

    /// How a value is held against a target's.
    public enum Comparison {
        BELOW("below", "<"),
        AT_MOST("at_most", "≤"),
        ABOVE("above", ">"),
        AT_LEAST("at_least", "≥");

        private final String key;
        private final String sign;

        Comparison(String key, String sign) {
            this.key = key;
            this.sign = sign;
        }

        String key() {
            return key;
        }

        static List<String> keys() {
            return Arrays.stream(values()).map(Comparison::key).toList();
        }
    }

    public boolean isMetBy(double actual) {
        return switch (comparison) {
            case BELOW -> actual < value;
            case AT_MOST -> actual <= value;
            case ABOVE -> actual > value;
            case AT_LEAST -> actual >= value;
        };
    }

    /// Such as `< 150 ms`.
    public String text(Unit unit) {
        return comparison.sign + " " + unit.format(value);
    }
}
