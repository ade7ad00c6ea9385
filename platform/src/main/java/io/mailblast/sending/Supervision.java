package io.mailblast.sending;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a worker's supervisor told it: how this process is called, and which ones before it are known to be dead.
///
/// @param token names this process; empty without a supervisor
/// @param deaths processes whose end the supervisor saw, and which nobody has heeded yet
/// @param folder where [InHand] files lie, those of the dead among them
public record Supervision(String token, List<Death> deaths, Path folder) {

    /// Nobody watches, and nobody was seen to die.
    public static final Supervision NONE = new Supervision("", List.of(), Path.of(""));

    /// A part of a file's name, so nothing that could lead elsewhere.
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,127}");

    public Supervision {
        if (!token.isEmpty() && !TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException("not a worker's token: \"" + token + "\"");
        }
        deaths = List.copyOf(deaths);
    }

    /// A process that is dead.
    ///
    /// @param dump the file with its threads as they were before it was killed; empty when it was not
    public record Death(String token, String dump) {

        public Death {
            if (!TOKEN.matcher(token).matches()) {
                throw new IllegalArgumentException("not a worker's token: \"" + token + "\"");
            }
            if (!dump.isEmpty() && !FILE.matcher(dump).matches()) {
                throw new IllegalArgumentException("not a dump's name: \"" + dump + "\"");
            }
        }
    }

    /// @param deaths `TOKEN=DUMP,TOKEN=`: with the name of the dump, or nothing
    /// @throws IllegalArgumentException for anything else
    public static Supervision of(String token, String deaths, Path folder) {
        List<Death> dead = new ArrayList<>();
        for (String death : deaths.isEmpty() ? new String[0] : deaths.split(",", -1)) {
            int equals = death.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("not TOKEN=DUMP: \"" + death + "\"");
            }
            dead.add(new Death(death.substring(0, equals), death.substring(equals + 1)));
        }
        return new Supervision(token, dead, folder);
    }

    /// Where a process says what it has in hand.
    Path fileOf(String process) {
        return folder.resolve(process + ".in-hand");
    }

    Optional<Path> ownFile() {
        return token.isEmpty() ? Optional.empty() : Optional.of(fileOf(token));
    }
}
