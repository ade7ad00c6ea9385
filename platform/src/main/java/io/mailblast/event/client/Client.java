package io.mailblast.event.client;

/// With what somebody opened a mail or followed a link.
///
/// @param name of the program, such as `Apple Mail`; `Other` where nobody knows
/// @param os of the system, without its version; `Other` where nobody knows
/// @param machine whether no person is behind it
public record Client(Device device, String name, String os, boolean machine) {

    static final String OTHER = "Other";

    /// Longer names are cut: they come from outside.
    private static final int MAX_NAME = 60;

    public Client {
        name = cut(name);
        os = cut(os);
    }

    private static String cut(String text) {
        return text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME);
    }

    static Client machine(String name) {
        return new Client(Device.MACHINE, name, OTHER, true);
    }

    /// Fetches for a person, at the time at which that person reads, and says nothing of the device.
    static Client proxy(String name) {
        return new Client(Device.OTHER, name, OTHER, false);
    }

    /// A kind of device.
    public enum Device {
        DESKTOP,
        PHONE,
        TABLET,
        OTHER,
        MACHINE;

        /// As the database and the API spell it.
        public String spelling() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
