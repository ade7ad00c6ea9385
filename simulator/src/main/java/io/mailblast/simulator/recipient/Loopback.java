package io.mailblast.simulator.recipient;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/// Which addresses simulated people may connect to: this machine's own. Decided by the text of the host alone,
/// so that no name out of a mail is ever looked up.
final class Loopback {

    private static final Pattern IPV4 = Pattern.compile("127(\\.(0|[1-9][0-9]{0,2})){3}");

    private Loopback() {}

    static boolean allows(URI uri) {
        String host = uri.getHost();
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("[::1]")
                || IPV4.matcher(name).matches();
    }
}
