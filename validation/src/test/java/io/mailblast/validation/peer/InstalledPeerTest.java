package io.mailblast.validation.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InstalledPeerTest {

    private static final Path ROOT = Path.of("..");

    @TempDir
    private Path folder;

    private Path program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void whatIsNotInstalledIsSaidWithTheRemedy(Peer peer) {
        assertThatThrownBy(() -> InstalledPeer.find(peer, ROOT, folder.toString()))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("--engine " + peer.spelling())
                .hasMessageContaining("nstall ");
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void scriptsThatAreAwayAreSaid(Peer peer) {
        assertThatThrownBy(() -> InstalledPeer.find(peer, folder, folder.toString()))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("scripts");
    }

    @Test
    void itsVersionIsTheFirstLineThatItSays() throws IOException {
        program("vegeta", "echo; echo 'Version: v12.13.0'; echo 'Commit: 1'");

        InstalledPeer found = InstalledPeer.find(Peer.VEGETA, ROOT, "/nowhere:" + folder);

        assertThat(found.version()).isEqualTo("v12.13.0");
        assertThat(found.program()).isEqualTo(folder.resolve("vegeta"));
    }

    @Test
    void aProgramThatDoesNotRunIsNotTaken() throws IOException {
        program("k6", "echo 'cannot execute: required file not found' >&2; exit 127");

        assertThatThrownBy(() -> InstalledPeer.find(Peer.K6, ROOT, folder.toString()))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("required file not found");
    }
}
