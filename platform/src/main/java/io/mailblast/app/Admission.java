package io.mailblast.app;

import io.mailblast.db.Database;
import io.mailblast.installation.KeyPrints;
import io.mailblast.key.Keyring;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/// Whether a process may be a node of the installation whose database it found: its clock must be right, and its keys
/// those of the other nodes, else times could not be compared, and nobody would know the links in another one's mails.
/// The schema is looked at before (`db.Migrations`), the home by `InstallationWatch`.
final class Admission {

    /// What is signed in mails, and so must be understood everywhere.
    static final List<String> PURPOSES = List.of("message", "link");

    /// Access tokens are good for minutes, leases for seconds by the database's own clock; beyond this something is
    /// wrong.
    private static final double MOST_SKEW_SECONDS = 30;

    private static final String AHEAD = "select extract(epoch from :now - clock_timestamp())";

    private Admission() {}

    /// @throws CannotStartException with the reason and what to do
    static void check(Configuration config, Database database, InstantSource clock) throws IOException {
        clock(database, clock);
        keys(config.keys(), new KeyPrints(database));
    }

    private static void clock(Database database, InstantSource clock) {
        OffsetDateTime now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
        double ahead = database.read(handle ->
                handle.createQuery(AHEAD).bind("now", now).mapTo(Double.class).one());
        if (Math.abs(ahead) > MOST_SKEW_SECONDS) {
            throw new CannotStartException(String.format(
                    Locale.ROOT,
                    "This machine's clock is %.0f s %s the database's; at most %.0f are allowed. Let NTP set both.",
                    Math.abs(ahead),
                    ahead > 0 ? "ahead of" : "behind",
                    MOST_SKEW_SECONDS));
        }
    }

    private static void keys(Path folder, KeyPrints prints) throws IOException {
        for (String purpose : PURPOSES) {
            if (!prints.fit(purpose, Keyring.open(folder, purpose))) {
                throw new CannotStartException("The keys in " + folder + " are not those of this installation ("
                        + purpose
                        + "): links in mails that other nodes sent would not be known here. Copy the files " + purpose
                        + "-*.key of another node there. If the old keys are lost for good, './mailblast keys accept'"
                        + " takes these in their place, and links in mails that were sent so far stop working.");
            }
        }
    }
}
