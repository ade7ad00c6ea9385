package io.mailblast.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who is at the other end when proxies stand between. `X-Forwarded-For` is read from its right end, as long as the hop
/// that added an entry is trusted: whatever stands left of the first untrusted one is the client's own invention.
final class ClientAddress {

    private record Prefix(byte[] address, int bits) {

        boolean holds(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >>> (i % 8);
                if ((address[i / 8] & mask) != (other[i / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Prefix> trusted = new ArrayList<>();

    /// @throws IllegalArgumentException for an entry that is no address or prefix
    ClientAddress(List<String> trustedProxies) {
        for (String entry : trustedProxies) {
            String[] parts = entry.split("/", 2);
            byte[] address = literal(parts[0]);
            int bits;
            try {
                bits = parts.length == 1 || address == null
                        ? (address == null ? -1 : address.length * 8)
                        : Integer.parseInt(parts[1]);
            } catch (NumberFormatException e) {
                bits = -1;
            }
            if (address == null || bits < 0 || bits > address.length * 8) {
                throw new IllegalArgumentException(
                        "trusted_proxies: " + entry + ", allowed: addresses and prefixes such as 10.0.0.0/8 or ::1");
            }
            trusted.add(new Prefix(address, bits));
        }
    }

    /// @param peer who opened the connection
    /// @param forwardedFor all values of `X-Forwarded-For`, in order
    String of(String peer, List<String> forwardedFor) {
        String client = peer;
        if (trusted.isEmpty() || !isTrusted(peer)) {
            return client;
        }
        List<String> hops = forwardedFor.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .toList();
        for (int i = hops.size() - 1; i >= 0; i--) {
            byte[] address = literal(hops.get(i));
            if (address == null) {
                return client;
            }
            client = hops.get(i);
            if (!isTrusted(client)) {
                return client;
            }
        }
        return client;
    }

    private boolean isTrusted(String address) {
        byte[] bytes = literal(address);
        return bytes != null && trusted.stream().anyMatch(prefix -> prefix.holds(bytes));
    }

    /// An address literal's bytes; names are never looked up.
    private static byte @Nullable [] literal(String text) {
        boolean four = text.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        // Not 10.1 for 10.0.0.1, which the JDK would read.
        if (!four && !text.matches("[0-9a-fA-F.]{0,4}:[0-9a-fA-F:.]{1,44}")) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
