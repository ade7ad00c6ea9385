package io.mailblast.validation.prove;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Many readers of one campaign's mails, as fast as they are answered: they open and click, again and again, ask
/// once more where nobody answered, and among them are some who forge and some who send nonsense.
final class FactReaders {

    private static final int READERS = 48;
    /// But for the link that people do not see.
    private static final Pattern TRACKED =
            Pattern.compile("(?:href|src)=\"https?://[^/\"]*(/track/(open|click)/[^\"]+)\"(?! style=\"display:none\")");
    /// @param person whether MailBlast has to take it for a person's (docs/analytics.md)
    private record Program(String userAgent, boolean person) {}

    private static final List<Program> PROGRAMS = List.of(
            new Program(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
                    true),
            new Program(
                    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36",
                    true),
            new Program("Mozilla/5.0", false),
            new Program(
                    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", true),
            new Program("python-requests/2.32", false));
    private static final List<String> NONSENSE = List.of(
            "/track/open/..%2f..%2fetc%2fpasswd",
            "/track/open/%3Cscript%3E", "/track/open/$%7Bjndi:ldap:%2f%2fx%7D", "/track/click/AAAA?url=%%%");

    private final List<String> opens = new ArrayList<>();
    private final List<String> clicks = new ArrayList<>();
    private final int port;
    private final FactTally.Pair opened;
    private final FactTally.Pair clicked;
    private final LongAdder forged = new LongAdder();
    private final LongAdder asked = new LongAdder();

    /// @param sources the mails, each with a pixel and a link
    /// @param port of the server
    FactReaders(List<String> sources, int port) {
        this.port = port;
        for (String html : sources) {
            Matcher found = TRACKED.matcher(html);
            while (found.find()) {
                (found.group(2).equals("open") ? opens : clicks)
                        .add(found.group(1).replace("&amp;", "&"));
            }
        }
        if (opens.size() != sources.size() || clicks.size() != sources.size()) {
            throw new IllegalStateException("in " + sources.size() + " mails stand " + opens.size() + " pixels and "
                    + clicks.size() + " links");
        }
        this.opened = FactTally.Pair.of(sources.size());
        this.clicked = FactTally.Pair.of(sources.size());
    }

    FactTally.Pair opened() {
        return opened;
    }

    FactTally.Pair clicked() {
        return clicked;
    }

    /// Requests that must count for nothing.
    long forged() {
        return forged.sum();
    }

    long asked() {
        return asked.sum();
    }

    /// They begin; each ends by itself at `endNs` (`System.nanoTime`).
    List<Thread> start(long seed, long endNs) {
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            SplittableRandom random = new SplittableRandom(RoundPlan.mixed(seed + i));
            readers.add(Thread.ofVirtual().start(() -> read(random, endNs)));
        }
        return readers;
    }

    private void read(SplittableRandom random, long endNs) {
        try (FactConnection connection = new FactConnection(port)) {
            while (System.nanoTime() - endNs < 0) {
                try {
                    one(connection, random);
                } catch (FactConnection.AbsentException e) {
                    Caller.pause(20);
                }
            }
        }
    }

    private void one(FactConnection connection, SplittableRandom random) throws FactConnection.AbsentException {
        int mail = random.nextInt(opens.size());
        asked.increment();
        switch (random.nextInt(10)) {
            case 0 -> worthless(connection, random, mail);
            case 1, 2, 3 -> fact(connection, random, clicks.get(mail), 302, clicked, mail);
            default -> fact(connection, random, opens.get(mail), 200, opened, mail);
        }
    }

    /// Who got no answer asks once more, or does not.
    private static void fact(
            FactConnection connection,
            SplittableRandom random,
            String path,
            int recorded,
            FactTally.Pair tally,
            int mail)
            throws FactConnection.AbsentException {
        Program program = PROGRAMS.get(random.nextInt(PROGRAMS.size()));
        for (int left = random.nextInt(1, 3); left > 0; left--) {
            try {
                if (connection.get(path, program.userAgent()) == recorded) {
                    tally.answered(mail, program.person());
                }
                return;
            } catch (IOException e) {
                tally.unanswered(mail, program.person());
            }
        }
    }

    /// A forged identifier is answered as a real one, so that nobody learns which is which; nonsense is refused.
    private void worthless(FactConnection connection, SplittableRandom random, int mail)
            throws FactConnection.AbsentException {
        String path = NONSENSE.get(random.nextInt(NONSENSE.size()));
        if (random.nextBoolean()) {
            StringBuilder changed = new StringBuilder(opens.get(mail));
            int at = "/track/open/".length() + random.nextInt(20);
            changed.setCharAt(at, changed.charAt(at) == 'x' ? 'y' : 'x');
            path = changed.toString();
        }
        forged.increment();
        try {
            int _ = connection.get(path, "Forger/1");
        } catch (IOException e) {
            // Whatever became of it, it counts for nothing.
        }
    }
}
