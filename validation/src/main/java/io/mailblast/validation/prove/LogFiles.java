package io.mailblast.validation.prove;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// An installation's event log as its files say it, read past all of MailBlast: the format is told in the platform's
/// event/README.md. A second name keeps the bytes of a segment that is removed once it is ingested.
final class LogFiles {

    private static final int SEGMENT_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 8;
    private static final int OPENED = 2;
    private static final int CLICKED = 3;

    /// One fills in many rounds: this one and the one before have all of a round.
    private static final int KEPT = 2;

    private final Path log;
    private final Path kept;

    /// @param log the folder
    /// @param kept a folder of ours, on the same file system
    LogFiles(Path log, Path kept) {
        this.log = log;
        this.kept = kept;
    }

    /// Opens and clicks of a campaign.
    record Count(long opens, long clicks) {}

    /// Gives all segments that are there their second name, and takes those of long ago away.
    void keep() {
        try {
            Files.createDirectories(kept);
            for (Path segment : segments(log)) {
                Path name = kept.resolve(segment.getFileName());
                try {
                    if (!Files.exists(name)) {
                        Files.createLink(name, segment);
                    }
                } catch (NoSuchFileException e) {
                    // Ingested and removed just now: nothing of this round was in it.
                }
            }
            List<Path> all = segments(kept);
            for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
                Files.delete(old);
            }
        } catch (IOException e) {
            throw new CannotRunException("The log's files cannot be kept: " + e.getMessage());
        }
    }

    /// @throws CannotRunException when a file cannot be read
    Count count(long campaign) {
        keep();
        long opens = 0;
        long clicks = 0;
        for (Path segment : segments(kept)) {
            Count found = countIn(segment, campaign);
            opens += found.opens();
            clicks += found.clicks();
        }
        return new Count(opens, clicks);
    }

    private static Count countIn(Path segment, long campaign) {
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
            ByteBuffer in = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            long opens = 0;
            long clicks = 0;
            int at = SEGMENT_HEADER_BYTES;
            while (in.capacity() - at > RECORD_HEADER_BYTES && in.getInt(at) > 0) {
                int payload = at + RECORD_HEADER_BYTES;
                int kind = in.get(payload + 1);
                if ((kind == OPENED || kind == CLICKED) && campaignAt(in, payload + 3) == campaign) {
                    opens += kind == OPENED ? 1 : 0;
                    clicks += kind == CLICKED ? 1 : 0;
                }
                at = payload + in.getInt(at);
            }
            return new Count(opens, clicks);
        } catch (IOException e) {
            throw new CannotRunException(
                    "The log's file " + segment.getFileName() + " cannot be read: " + e.getMessage());
        }
    }

    /// The second of the integers that begin there: the workspace's comes first.
    private static long campaignAt(ByteBuffer in, int from) {
        int at = from;
        while (in.get(at) < 0) {
            at++;
        }
        at++;
        long campaign = 0;
        int shift = 0;
        for (; in.get(at) < 0; at++, shift += 7) {
            campaign |= (long) (in.get(at) & 0x7f) << shift;
        }
        return campaign | (long) in.get(at) << shift;
    }

    private static List<Path> segments(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".log"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CannotRunException("The log's files cannot be seen: " + e);
        }
    }
}
