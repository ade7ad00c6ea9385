package io.mailblast.validation.peer;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A tool as it is installed here.
///
/// @param program where it is
/// @param version as it tells it, one line
/// @param scripts the folder with the scripts for it
public record InstalledPeer(Peer peer, Path program, String version, Path scripts) {

    private static final int PATIENCE_S = 30;
    private static final int LONGEST_VERSION = 60;

    /// @param root where MailBlast lies
    /// @throws CannotRunException that says what to install
    public static InstalledPeer find(Peer peer, Path root) {
        return find(peer, root, System.getenv().getOrDefault("PATH", ""));
    }

    static InstalledPeer find(Peer peer, Path root, String searched) {
        Path scripts = root.resolve("tests").resolve("performance");
        for (Peer.Script script : peer.scripts()) {
            if (!Files.isReadable(scripts.resolve(script.file()))) {
                throw new CannotRunException("The scripts for " + peer.words() + " are not where they should be: "
                        + scripts.resolve(script.file()));
            }
        }
        Path program = Programs.find(peer.spelling(), searched)
                .orElseThrow(
                        () -> new CannotRunException("--engine " + peer.spelling() + ": there is no '" + peer.spelling()
                                + "' on the PATH. Install it: " + peer.install() + "; or leave --engine out."));
        return new InstalledPeer(peer, program.toAbsolutePath(), version(peer, program), scripts);
    }

    private static String version(Peer peer, Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), peer.version())
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            Thread killer = Programs.killAfter(process, PATIENCE_S);
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            killer.interrupt();
            Optional<String> line = said.lines()
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .findFirst();
            if (process.waitFor() == 0 && line.isPresent()) {
                String version = line.get().replace("Version: ", "");
                return version.length() <= LONGEST_VERSION ? version : version.substring(0, LONGEST_VERSION) + "…";
            }
            throw new CannotRunException(program + " does not tell its version: " + line.orElse("it said nothing"));
        } catch (IOException e) {
            throw new CannotRunException(program + " cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    Path script(Peer.Script script) {
        return scripts.resolve(script.file());
    }
}
