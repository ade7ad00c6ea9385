package io.mailblast.monitoring;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Chooses what to answer by what the client likes best (RFC 9110 §12.5.1).
final class AcceptHeader {

    private AcceptHeader() {}

    private record Wish(String range, double quality) {

        static Wish of(String text) {
            String[] parts = text.split(";", -1);
            double quality = 1;
            for (int i = 1; i < parts.length; i++) {
                String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
                if (parameter.matches("q=[01](\\.\\d{0,3})?")) {
                    quality = Double.parseDouble(parameter.substring(2));
                }
            }
            return new Wish(parts[0].strip().toLowerCase(Locale.ROOT), quality);
        }

        /// How narrowly it names a type; -1 where it does not.
        int fit(String type) {
            if (range.equals(type)) {
                return 2;
            }
            if (range.equals(type.substring(0, type.indexOf('/')) + "/*")) {
                return 1;
            }
            return range.equals("*/*") ? 0 : -1;
        }
    }

    /// The offer that is liked best; the first one where two are liked the same or nothing fits.
    ///
    /// @param offers media types without parameters, the server's own favourite first
    static String choose(String header, List<String> offers) {
        if (header.isBlank()) {
            return offers.getFirst();
        }
        List<Wish> wishes = header.lines()
                .flatMap(line -> java.util.Arrays.stream(line.split(",")))
                .map(Wish::of)
                .toList();
        String best = offers.getFirst();
        double liked = 0;
        for (String offer : offers) {
            Optional<Wish> wish = wishes.stream()
                    .filter(candidate -> candidate.fit(offer) >= 0)
                    .max(Comparator.comparingInt(candidate -> candidate.fit(offer)));
            if (wish.isPresent() && wish.get().quality() > liked) {
                liked = wish.get().quality();
                best = offer;
            }
        }
        return best;
    }
}
