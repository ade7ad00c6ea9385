package io.mailblast.validation.run;

import io.mailblast.validation.installation.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Where the account of a target's operator comes from. Never from a command line, which everybody on the machine can
/// read.
final class TargetCredentials {

    private static final String EMAIL = "MAILBLAST_TARGET_EMAIL";
    private static final String PASSWORD = "MAILBLAST_TARGET_PASSWORD";
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private TargetCredentials() {}

    /// @param environment answers the value of a variable, empty where it is not set
    /// @throws RefusedException naming the variable that is empty
    static Account of(UnaryOperator<String> environment) {
        for (String variable : List.of(EMAIL, PASSWORD)) {
            if (environment.apply(variable).isEmpty()) {
                throw new RefusedException("A target needs the credentials of an operator: set " + EMAIL + " and "
                        + PASSWORD + ", or name a file with --credentials; " + variable + " is empty.");
            }
        }
        return new Account(environment.apply(EMAIL), environment.apply(PASSWORD));
    }

    /// @param file the e-mail address on its first line, the password on its second; for its owner alone
    /// @throws RefusedException saying what is wrong with it
    static Account in(Path file) {
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new RefusedException(
                        "Others can read or change " + file + ", which holds a password: chmod 600 " + file);
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.size() < 2 || lines.get(0).isBlank() || lines.get(1).isBlank()) {
                throw new RefusedException(
                        file + " must have the e-mail address on its first line and the password on its second.");
            }
            return new Account(lines.get(0).strip(), lines.get(1));
        } catch (NoSuchFileException e) {
            throw new RefusedException("There is no file " + file + ".");
        } catch (IOException e) {
            throw new RefusedException(file + " cannot be read: " + e.getMessage());
        }
    }
}
