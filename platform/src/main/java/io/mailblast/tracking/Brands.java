package io.mailblast.tracking;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mailblast.db.Database;
import io.mailblast.db.DatabaseUnavailableException;
import io.mailblast.key.MessageId;
import java.time.Duration;
import java.util.Optional;

/// By whose name public pages speak: that of the campaign's sender, which recipients know from their mailbox.
final class Brands {

    private static final String SENDER =
            "select from_name from campaign where id = :id and workspace_id = :workspaceId";

    private final Database database;
    private final String usual;
    private final Cache<MessageOrigin, String> known = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(10))
            .build();

    private record MessageOrigin(long workspaceId, long campaignId) {

        static MessageOrigin of(MessageId message) {
            return new MessageOrigin(message.workspaceId(), message.campaignId());
        }
    }

    /// @param usual where there is no sender, or nobody can say who it is
    Brands(Database database, String usual) {
        this.database = database;
        this.usual = usual;
    }

    /// Asks the database where it has to.
    String of(MessageId message) {
        MessageOrigin origin = MessageOrigin.of(message);
        String seen = known.getIfPresent(origin);
        if (seen != null) {
            return seen;
        }
        Optional<String> sender = sender(message);
        sender.ifPresent(name -> known.put(origin, name));
        return sender.orElse(usual);
    }

    /// Asks nobody: for what must be answered at once, and mostly follows a page that asked.
    String ofSeen(MessageId message) {
        String seen = known.getIfPresent(MessageOrigin.of(message));
        return seen == null ? usual : seen;
    }

    private Optional<String> sender(MessageId message) {
        try {
            return database.read(handle -> handle.createQuery(SENDER)
                            .bind("id", message.campaignId())
                            .bind("workspaceId", message.workspaceId())
                            .mapTo(String.class)
                            .findOne())
                    .filter(name -> !name.isBlank());
        } catch (DatabaseUnavailableException e) {
            return Optional.empty();
        }
    }
}
