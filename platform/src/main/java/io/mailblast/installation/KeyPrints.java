package io.mailblast.installation;

import io.mailblast.db.Database;
import io.mailblast.key.Keyring;
import java.util.List;

/// Whether a node signs as the others of its installation do. The database has a print of each key that was ever in
/// use.
public final class KeyPrints {

    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('mailblast.key_print'))";

    private static final String FITS = """
            select count(*) = 0 or bool_or(print = any(:prints)) from key_print where purpose = :purpose
            """;

    private static final String TAKE = """
            insert into key_print (purpose, print) select :purpose, unnest(:prints) on conflict do nothing
            """;

    private final Database database;

    public KeyPrints(Database database) {
        this.database = database;
    }

    /// Takes a node's keys for the installation's where there are none yet, or where one of them is known: a key that
    /// was added later is then known too.
    ///
    /// @return whether they are the installation's
    public boolean fit(String purpose, Keyring keys) {
        List<String> prints = keys.prints();
        return database.write(handle -> {
            handle.createQuery(LOCK).mapTo(String.class).list();
            boolean fits = handle.createQuery(FITS)
                    .bind("purpose", purpose)
                    .bindArray("prints", String.class, prints)
                    .mapTo(Boolean.class)
                    .one();
            if (fits) {
                take(handle, purpose, prints);
            }
            return fits;
        });
    }

    /// Takes a node's keys for the installation's beside those that are known: somebody says so.
    public void accept(String purpose, Keyring keys) {
        database.write(handle -> take(handle, purpose, keys.prints()));
    }

    private static int take(org.jdbi.v3.core.Handle handle, String purpose, List<String> prints) {
        return handle.createUpdate(TAKE)
                .bind("purpose", purpose)
                .bindArray("prints", String.class, prints)
                .execute();
    }
}
