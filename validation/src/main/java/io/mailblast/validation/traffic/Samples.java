package io.mailblast.validation.traffic;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// What benchmarks import and send: always the same for the same numbers.
public final class Samples {

    public static final String SENDER = "letter@garden.example";

    public static final String SUBJECT = "{{ first_name | default: \"Hello\" }}, your letter is here";

    /// How many links of [#newsletter] are tracked.
    public static final int LINKS = 5;

    private static final int NEWSLETTER_BYTES = 8 << 10;
    private static final int DISTINCT_DUPLICATED = 1_000;
    private static final String[] FIRST = {"Ada", "Grace", "Linus", "Barbara", "Björn", "Chloë", "José", "Hedy"};
    private static final String[] LAST = {"Lovelace", "Hopper", "Müller", "García", "Liskov", "Novák", "O'Neill"};
    private static final String[] CITIES = {"Berlin", "Oslo", "Lyon", "Porto", "Gdańsk", "Graz", "Cork", "Turin"};
    private static final String[] SEGMENTS = {"customers", "prospects", "press", "partners", "trial", "lapsed"};

    private Samples() {}

    /// How the rows of a file divide, after the strategy's 95,000 valid, 3,000 invalid and 2,000 duplicate of 100,000.
    public record Mix(int valid, int invalid, int duplicate) {

        public static Mix of(int rows) {
            int invalid = (int) Math.round(rows * 0.03);
            int duplicate = (int) Math.round(rows * 0.02);
            return new Mix(rows - invalid - duplicate, invalid, duplicate);
        }

        public int rows() {
            return valid + invalid + duplicate;
        }
    }

    /// A personalised newsletter of 8 KB with five links.
    public static String newsletter() {
        StringBuilder html = new StringBuilder(NEWSLETTER_BYTES + 512);
        html.append("""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>The Garden Letter</title></head>
                <body style="margin:0;background:#f3f4f1;font-family:Georgia,serif;color:#24302a">
                <table role="presentation" width="600" cellpadding="0" cellspacing="0" align="center">
                <tr><td style="background:#2f6b4f;color:#ffffff;padding:28px;font-size:28px">The Garden Letter</td></tr>
                <tr><td style="padding:28px">Dear {{ first_name | default: "gardener" }} {{ last_name }},
                here is what {{ city | default: "your town" }} can plant this week.</td></tr>
                """);
        for (int i = 1; i <= LINKS; i++) {
            html.append("<tr><td style=\"padding:12px 28px\"><a href=\"https://garden.example/stories/")
                    .append(i)
                    .append("?issue=12&amp;from=letter\" style=\"color:#2f6b4f\">Story ")
                    .append(i)
                    .append("</a></td></tr>\n");
        }
        String end = """
                <tr><td style="padding:20px 28px;font-size:13px">You asked for this.
                <a href="{{unsubscribe_url}}">Unsubscribe</a></td></tr>
                </table></body></html>
                """;
        String filler =
                "<tr><td style=\"padding:6px 28px;line-height:1.6\">Sow in a row, water in the evening, and wait.</td></tr>\n";
        while (html.length() + filler.length() + end.length() <= NEWSLETTER_BYTES) {
            html.append(filler);
        }
        return html.append(end).toString();
    }

    /// A file of contacts that are all good.
    public static Path contacts(Path file, int count) throws IOException {
        Random random = new Random(count);
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("email,first_name,last_name,city\n");
            for (int i = 0; i < count; i++) {
                out.write("reader" + i + "@example.com," + person(random) + '\n');
            }
        }
        return file;
    }

    /// A file of good, bad and repeated rows, mixed, in several segments.
    ///
    /// @param generation differs for files that have no address in common
    public static Path mixed(Path file, Mix mix, int generation) throws IOException {
        Random random = new Random(mix.rows() * 31L + generation);
        int valid = 0;
        int invalid = 0;
        int duplicate = 0;
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("email,first_name,last_name,city,segment\n");
            while (valid + invalid + duplicate < mix.rows()) {
                // Each row left is as likely to be next as any other; a duplicate needs something to repeat.
                int pick = random.nextInt(mix.rows() - valid - invalid - duplicate);
                String email;
                if (pick < mix.invalid() - invalid) {
                    email = broken(invalid++);
                } else if (valid > 0 && pick - (mix.invalid() - invalid) < mix.duplicate() - duplicate) {
                    email = address(generation, random.nextInt(Math.min(valid, DISTINCT_DUPLICATED)));
                    duplicate++;
                } else if (valid < mix.valid()) {
                    email = address(generation, valid++);
                } else {
                    continue;
                }
                out.write(email + ',' + person(random) + ',' + SEGMENTS[random.nextInt(SEGMENTS.length)] + '\n');
            }
        }
        return file;
    }

    private static String address(int generation, int number) {
        return "reader" + number + "@garden" + generation + ".example";
    }

    private static String broken(int number) {
        return switch (number % 5) {
            case 0 -> "reader" + number;
            case 1 -> "reader" + number + "@";
            case 2 -> "@garden.example";
            case 3 -> "reader" + number + "@@garden.example";
            default -> "reader " + number + "@garden.example";
        };
    }

    private static String person(Random random) {
        return FIRST[random.nextInt(FIRST.length)]
                + ','
                + LAST[random.nextInt(LAST.length)]
                + ','
                + CITIES[random.nextInt(CITIES.length)];
    }
}
