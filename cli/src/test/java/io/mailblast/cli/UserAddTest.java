package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedInstallation.class)
class UserAddTest {

    @TempDir
    private Path folder;

    @Test
    void anAccountIsMadeBesideARunningServerAndSignsInAtOnce(Installation running) {
        Commands.Ended ended = Commands.user(
                running.environment(), "a password of my own", "add", "beside@user.test", "--workspace", "beside");

        ended.expect(0);
        assertThat(ended.out() + ended.err()).doesNotContain("a password of my own");
        Client client = running.anybody().as("beside@user.test", "a password of my own");
        assertThat(client.get("/auth/me").data().path("role").asText()).isEqualTo("member");
        client.get("/users").expect(403);
    }

    @Test
    void anAddressHasOneAccount(Installation running) {
        Commands.user(running.environment(), Installation.PASSWORD, "add", "twice@user.test")
                .expect(0);

        Commands.Ended again = Commands.user(running.environment(), Installation.PASSWORD, "add", "Twice@User.test");

        assertThat(again.expect(2).err()).contains("has an account already");
    }

    @Test
    void aWeakPasswordOrNoAddressIsRefused(Installation running) {
        assertThat(Commands.user(running.environment(), "short", "add", "weak@user.test")
                        .expect(2)
                        .err())
                .contains("password", "10 to 200 characters");
        assertThat(Commands.user(running.environment(), Installation.PASSWORD, "add", "no address")
                        .expect(2)
                        .err())
                .contains("email");
    }

    @Test
    void withoutAServerItMakesTheDatabaseAndLeavesNoProcess() {
        Map<String, String> environment = Map.of("MAILBLAST_HOME", folder.toString());

        Commands.user(environment, Installation.PASSWORD, "add", "first@user.test", "--operator")
                .expect(0);
        Commands.Ended again = Commands.user(environment, Installation.PASSWORD, "add", "first@user.test");

        assertThat(again.expect(2).err()).contains("has an account already");
        new Installation.Home(folder, 0).awaitNoProcess();
    }
}
