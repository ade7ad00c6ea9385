package io.mailblast.validation.run;

import io.mailblast.validation.installation.Account;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of every command that may be made with a MailBlast that somebody runs.
public final class TargetOptions {

    @Option(
            names = "--target",
            paramLabel = "URL",
            description = "A MailBlast that runs, such as http://127.0.0.1:8080; one of its own unless said")
    private @Nullable String target;

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description = "An operator of the target: the e-mail address on its first line, the password on its second;"
                    + " MAILBLAST_TARGET_EMAIL and MAILBLAST_TARGET_PASSWORD unless said")
    private @Nullable Path credentials;

    @Option(
            names = "--simulator",
            paramLabel = "URL",
            description =
                    "The simulator behind the target, such as http://127.0.0.1:9025: links are taken out of its mails")
    private @Nullable String simulator;

    @Option(
            names = "--allow-damage",
            description =
                    "Also a target that is not marked with test_installation: true; a drill wants to be told twice")
    private boolean[] allowDamage = {};

    /// Whether there is one.
    public boolean isGiven() {
        return target != null;
    }

    /// The one that somebody runs.
    ///
    /// @param site what it is to the load
    /// @param account of its operator
    public record Given(GivenSite site, Account account) {}

    /// @param tellings how often damage must be allowed where it is not marked
    /// @return empty where none is named
    /// @throws RefusedException when it is no MailBlast, or must not be hurt, or the credentials are wrong
    public Optional<Given> open(double timeScale, int tellings) {
        if (target == null) {
            return Optional.empty();
        }
        Account account = credentials == null
                ? TargetCredentials.of(name -> System.getenv().getOrDefault(name, ""))
                : TargetCredentials.in(credentials);
        GivenSite site = GivenSite.at(
                target,
                Optional.ofNullable(simulator),
                account.email(),
                account.password(),
                timeScale,
                allowDamage.length >= tellings ? GivenSite.Damage.ALLOWED : GivenSite.Damage.REFUSED);
        return Optional.of(new Given(site, account));
    }
}
