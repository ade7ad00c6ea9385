package io.mailblast.cli;

import java.util.Random;

/// What the demo imports and sends.
final class DemoContent {

    private static final String[] FIRST = {
        "Ada",
        "Grace",
        "Linus",
        "Margaret",
        "Alan",
        "Edsger",
        "Barbara",
        "Donald",
        "Hedy",
        "Katherine",
        "Tim",
        "Radia",
        "Ken",
        "Frances",
        "Dennis",
        "Jean",
        "Björn",
        "Chloë",
        "José",
        "Zoë"
    };
    private static final String[] LAST = {
        "Lovelace",
        "Hopper",
        "Hamilton",
        "Turing",
        "Liskov",
        "Knuth",
        "Lamarr",
        "Johnson",
        "Perlman",
        "Allen",
        "Ritchie",
        "Bartik",
        "O'Neill",
        "Müller",
        "García",
        "Novák"
    };
    private static final String[] CITIES = {"Berlin", "Oslo", "Lyon", "Porto", "Gdańsk", "Graz", "Cork", "Turin"};

    static final String SUBJECT = "{{ first_name | default: \"Hello\" }}, your spring issue is here";

    static final String HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>The Garden Letter</title></head>
            <body style="margin:0;background:#f3f4f1;font-family:Georgia,serif;color:#24302a">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
            <table role="presentation" width="600" cellpadding="0" cellspacing="0" style="background:#ffffff;margin:24px">
            <tr><td style="background:#2f6b4f;color:#ffffff;padding:28px;font-size:28px">The Garden Letter</td></tr>
            <tr><td style="padding:28px;font-size:17px;line-height:1.6">
            <p>Dear {{ first_name | default: "gardener" }},</p>
            <p>spring is in the air{{#if city}} in {{city}}{{/if}}, and so is our new issue:</p>
            <ul>
            <li><a href="https://garden.example/spring?issue=12&amp;from=letter" style="color:#2f6b4f">What to plant in March</a></li>
            <li><a href="https://garden.example/compost" style="color:#2f6b4f">Compost, and how to be patient with it</a></li>
            <li><a href="https://garden.example/tools" style="color:#2f6b4f">Three tools that last a lifetime</a></li>
            </ul>
            <p><a href="https://shop.garden.example/seeds" style="background:#2f6b4f;color:#ffffff;padding:12px 20px;text-decoration:none">Browse the seeds</a></p>
            <p>Questions? <a href="mailto:hello@garden.example" style="color:#2f6b4f">Write to us</a>.</p>
            </td></tr>
            <tr><td style="padding:20px 28px;font-size:13px;color:#6b7280">
            You get this because you asked for it. <a href="{{unsubscribe_url}}" style="color:#6b7280">Unsubscribe</a>
            </td></tr>
            </table></td></tr></table>
            </body></html>
            """;

    private DemoContent() {}

    /// A contact list as people export it, the same for the same size.
    static String contacts(int count) {
        Random random = new Random(count);
        StringBuilder csv = new StringBuilder(count * 64).append("Email,First_Name,Last_Name,city\n");
        for (int i = 1; i <= count; i++) {
            String first = FIRST[random.nextInt(FIRST.length)];
            csv.append("reader").append(i).append("@example.com,");
            // Some contacts never told their name: the defaults of the template are for them.
            csv.append(random.nextInt(10) == 0 ? "" : first).append(',');
            csv.append(LAST[random.nextInt(LAST.length)]).append(',');
            csv.append(CITIES[random.nextInt(CITIES.length)]).append('\n');
        }
        return csv.toString();
    }
}
