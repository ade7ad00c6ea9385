package io.mailblast.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/// The project's folder, from wherever below it the tests run.
final class ProjectRoot {

    private ProjectRoot() {}

    static Path find() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mailblast"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("no folder above " + Path.of("").toAbsolutePath() + " has `mailblast`");
        }
        return folder;
    }

    /// The program that lies there, as the launcher would name it to the command line.
    static Program program() {
        System.setProperty("mailblast.root", find().toString());
        return Program.here();
    }
}
