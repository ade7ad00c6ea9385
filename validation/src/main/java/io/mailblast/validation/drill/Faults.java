package io.mailblast.validation.drill;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// All that a drill can do to an installation.
final class Faults {

    private static final List<Fault> ALL = Stream.of(
                    DatabaseFaults.all(), ProviderFaults.all(), ProcessFaults.all(), TrafficFaults.all())
            .flatMap(List::stream)
            .toList();

    private Faults() {}

    static List<Fault> all() {
        return ALL;
    }

    static Optional<Fault> named(String name) {
        return ALL.stream().filter(fault -> fault.name().equals(name)).findFirst();
    }
}
