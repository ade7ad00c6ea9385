package io.mailblast.simulator.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Mail addresses as senders write them.
public final class Addresses {

    private static final int MAX_LENGTH = 320;

    private Addresses() {}

    /// The bare address in `address` or `Name <address>`; empty if it is none.
    public static Optional<String> bare(String written) {
        String address = written.strip();
        if (address.endsWith(">")) {
            int open = address.lastIndexOf('<');
            if (open < 0) {
                return Optional.empty();
            }
            address = address.substring(open + 1, address.length() - 1).strip();
        }
        return isPlausible(address) ? Optional.of(address) : Optional.empty();
    }

    /// Something, one `@`, a domain; no spaces or control characters. What is finer is left to the sender's own
    /// judgement.
    private static boolean isPlausible(String address) {
        int at = address.lastIndexOf('@');
        if (at < 1 || at == address.length() - 1 || address.length() > MAX_LENGTH) {
            return false;
        }
        boolean quoted = address.charAt(0) == '"';
        if (!quoted && address.indexOf('@') != at) {
            return false;
        }
        String domain = address.substring(at + 1);
        if (domain.startsWith(".") || domain.endsWith(".") || domain.contains("..")) {
            return false;
        }
        return address.chars().allMatch(c -> isAllowed(c) || (quoted && c == ' '));
    }

    private static boolean isAllowed(int c) {
        return c > 0x20 && c != 0x7f && c != ',' && c != ';' && c != '<' && c != '>';
    }

    /// The bare addresses of a header field with a list of them; what is malformed is passed over.
    public static List<String> list(String field) {
        List<String> addresses = new ArrayList<>();
        try {
            for (InternetAddress address : InternetAddress.parseHeader(field, false)) {
                String written = address.getAddress();
                if (written != null) {
                    bare(written).ifPresent(addresses::add);
                }
            }
        } catch (AddressException | RuntimeException e) {
            return addresses;
        }
        return addresses;
    }

    /// The part after the last `@`, in lower case.
    public static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(java.util.Locale.ROOT);
    }
}
