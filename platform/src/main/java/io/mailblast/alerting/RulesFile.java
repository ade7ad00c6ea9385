package io.mailblast.alerting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rules with an installation's own file, which is read again whenever it has changed. One that cannot be used is
/// told, and leaves the rules as they were. Asked for changes by one thread; what holds can be read by any.
final class RulesFile {

    private static final Logger LOG = LoggerFactory.getLogger(RulesFile.class);

    private final Path file;
    private volatile AlertRules rules;
    private volatile Optional<String> trouble = Optional.empty();
    private Optional<Stamp> stamp;

    /// By which a change is seen.
    private record Stamp(
            FileTime changedAt, long size, @Nullable Object key) {}

    /// @param file which may be absent
    /// @throws AlertFileException naming file, line and remedy
    RulesFile(Path file) {
        this.file = file;
        this.stamp = stamp(file);
        this.rules = AlertRules.load(file);
    }

    AlertRules rules() {
        return rules;
    }

    /// Why the file as it is now is not what holds; empty where it is.
    Optional<String> trouble() {
        return trouble;
    }

    /// Reads it again if it has changed.
    ///
    /// @return whether other rules hold now
    boolean refresh() {
        Optional<Stamp> now = stamp(file);
        if (now.equals(stamp)) {
            return false;
        }
        // Before it is read: what is written meanwhile is another change.
        stamp = now;
        try {
            rules = AlertRules.load(file);
        } catch (AlertFileException e) {
            LOG.error("alerts=kept reason=\"{}\"", e.getMessage());
            trouble = Optional.of("The alerts are those of before: " + e.getMessage());
            return false;
        }
        trouble = Optional.empty();
        LOG.info("alerts=read file={} rules={}", file, rules.rules().size());
        return true;
    }

    private static Optional<Stamp> stamp(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Stamp(now.lastModifiedTime(), now.size(), now.fileKey()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // Reading it says what is wrong with it.
            return Optional.of(new Stamp(FileTime.fromMillis(0), -1, null));
        }
    }
}
