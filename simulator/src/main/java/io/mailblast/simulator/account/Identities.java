package io.mailblast.simulator.account;

import io.mailblast.simulator.mail.Addresses;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Who may send. Every address and domain is verified from the start, without being listed; one that was
/// deleted is not, until it is created again.
public final class Identities {

    private final Set<String> created = ConcurrentHashMap.newKeySet();
    private final Set<String> deleted = ConcurrentHashMap.newKeySet();

    /// @return false if it had been created before
    public boolean create(String identity) {
        String key = key(identity);
        deleted.remove(key);
        return created.add(key);
    }

    /// @return false if it had been deleted before
    public boolean delete(String identity) {
        created.remove(key(identity));
        return deleted.add(key(identity));
    }

    public boolean exists(String identity) {
        return !deleted.contains(key(identity));
    }

    /// Whether mail from this bare address is taken.
    public boolean maySend(String address) {
        return exists(address) && exists(Addresses.domain(address));
    }

    /// Those that were created, in order.
    public List<String> created() {
        return created.stream().sorted().toList();
    }

    private static String key(String identity) {
        return identity.toLowerCase(Locale.ROOT);
    }
}
