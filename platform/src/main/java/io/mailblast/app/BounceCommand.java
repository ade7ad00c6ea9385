package io.mailblast.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.bounce.reading.BounceMail;
import io.mailblast.bounce.reading.BounceReader;
import io.mailblast.bounce.reading.BouncedRecipient;
import io.mailblast.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `bounce`: mails that came back.
@Command(
        name = "bounce",
        mixinStandardHelpOptions = true,
        description = "Mails that came back",
        subcommands = BounceCommand.Explain.class,
        synopsisSubcommandLabel = "COMMAND")
final class BounceCommand {

    private BounceCommand() {}

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            description = {
                "Shows how bounce mails are read: for each its recipients, enhanced status, reason, hard or soft.",
                "Needs no database and no configuration, and changes nothing."
            })
    static final class Explain implements Callable<Integer> {

        @Parameters(
                arity = "1..*",
                paramLabel = "FILE",
                description = "Mails (RFC 5322), or mailboxes in the mbox format")
        private List<Path> files = List.of();

        @Mixin
        private JsonOutput json = new JsonOutput();

        private record Explained(Path file, List<BounceMail> mails) {}

        @Override
        public Integer call() throws IOException {
            BounceReader reader = new BounceReader();
            List<Explained> all = new ArrayList<>();
            for (Path file : files) {
                all.add(new Explained(file, reader.readAll(bytes(file))));
            }
            json.write(() -> shown(all));
            if (!json.ownsStandardOutput()) {
                all.forEach(Explain::print);
            }
            return 0;
        }

        private static byte[] bytes(Path file) throws IOException {
            if (Files.isDirectory(file)) {
                throw new CannotStartException(file + " is a folder; name the mails in it.");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(BounceReader.MAX_FILE_BYTES);
            } catch (NoSuchFileException e) {
                throw new CannotStartException("There is no file " + file + ".");
            } catch (IOException e) {
                throw new CannotStartException(file + " cannot be read: " + e.getMessage());
            }
        }

        private static void print(Explained one) {
            for (BounceMail mail : one.mails()) {
                System.out.println(one.file() + ": " + mail.kind().spelling());
                for (BouncedRecipient recipient : mail.recipients()) {
                    System.out.println("  "
                            + (recipient.address().isEmpty() ? "(address withheld)" : recipient.address())
                            + (recipient.status().isEmpty() ? "" : "  " + recipient.status())
                            + "  " + recipient.reason().spelling()
                            + "  "
                            + (recipient.isHard() ? "hard" : recipient.kind().spelling()));
                    if (!recipient.said().isBlank()) {
                        System.out.println("    " + plain(recipient.said()));
                    }
                }
                if (mail.recipients().isEmpty()) {
                    System.out.println("  nothing in it says who bounced, or why");
                }
            }
        }

        /// A terminal obeys control characters, and a stranger wrote this.
        private static String plain(String text) {
            return text.replaceAll("\\p{Cntrl}", " ").strip();
        }

        private static ObjectNode shown(List<Explained> all) {
            ObjectNode result = Json.MAPPER.createObjectNode();
            ArrayNode mails = result.putArray("mails");
            for (Explained one : all) {
                ObjectNode node = mails.addObject().put("file", one.file().toString());
                ArrayNode recipients = node.putArray("recipients");
                one.mails().stream()
                        .flatMap(mail -> mail.recipients().stream())
                        .forEach(recipient -> recipients
                                .addObject()
                                .put("address", recipient.address())
                                .put("status", recipient.status())
                                .put("reason", recipient.reason().spelling())
                                .put("hard", recipient.isHard())
                                .put("kind", recipient.kind().spelling())
                                .put("said", recipient.said()));
                node.put("kind", one.mails().getFirst().kind().spelling());
            }
            return result;
        }
    }
}
