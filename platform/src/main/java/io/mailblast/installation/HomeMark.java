package io.mailblast.installation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// Tells a home from a copy of it. A file that is made once keeps its inode and its time of birth for as long as the
/// home stays what it is, also when it is moved within its disk; whatever copies a home (`cp`, `rsync`, an archive)
/// makes another file. The machine's own identity stands beside it where the system has one.
final class HomeMark {

    private static final String FILE = "home-mark";
    private static final Path MACHINE = Path.of("/etc/machine-id");

    private HomeMark() {}

    /// The mark of a home, made if it is not there.
    ///
    /// @return one line without blanks
    /// @throws UncheckedIOException when the home cannot be written
    static String of(Path home) {
        Path file = home.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return inode(attributes) + "/" + attributes.creationTime().toMillis() + "/" + machine();
        } catch (IOException e) {
            throw new UncheckedIOException("the home " + home + " cannot be marked", e);
        }
    }

    private static void make(Path file) throws IOException {
        try {
            Files.writeString(file, "Made once; a copy of this file is not this file. See docs/operate.md.\n");
        } catch (FileAlreadyExistsException e) {
            // The other role of this home was first.
        }
    }

    /// Without the device, whose number may change when the machine starts anew.
    private static String inode(BasicFileAttributes attributes) {
        String key = String.valueOf(attributes.fileKey());
        int at = key.indexOf("ino=");
        return at < 0 ? key.replace(' ', '_') : key.substring(at + 4).replace(")", "");
    }

    /// Empty in a container, whose machine is another with every start.
    private static String machine() throws IOException {
        boolean container = Files.exists(Path.of("/.dockerenv"))
                || Files.exists(Path.of("/run/.containerenv"))
                || System.getenv("KUBERNETES_SERVICE_HOST") != null;
        return container || !Files.isReadable(MACHINE)
                ? ""
                : Files.readString(MACHINE).strip();
    }
}
