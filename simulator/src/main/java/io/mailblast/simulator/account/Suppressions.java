package io.mailblast.simulator.account;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// The account's suppression list: mail to an address on it is accepted and bounces at once.
public final class Suppressions {

    /// @param reason `BOUNCE` or `COMPLAINT`
    public record Suppression(String address, String reason, Instant since) {}

    private final Map<String, Suppression> suppressions = new ConcurrentSkipListMap<>();

    public void put(String address, String reason, Instant now) {
        suppressions.put(key(address), new Suppression(address, reason, now));
    }

    public Optional<Suppression> get(String address) {
        return Optional.ofNullable(suppressions.get(key(address)));
    }

    /// @return false if it was not on the list
    public boolean remove(String address) {
        return suppressions.remove(key(address)) != null;
    }

    public List<Suppression> all() {
        return List.copyOf(suppressions.values());
    }

    private static String key(String address) {
        return address.toLowerCase(Locale.ROOT);
    }
}
