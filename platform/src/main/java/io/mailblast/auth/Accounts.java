package io.mailblast.auth;

import io.mailblast.db.Database;
import io.mailblast.http.FieldError;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/// Who can sign in, and to which workspace.
public final class Accounts {

    private static final String COLUMNS =
            "a.id, a.workspace_id, w.name as workspace, a.email, a.role, a.created_at, a.disabled_at";

    /// A workspace that somebody makes at the same time is found by the second look.
    private static final String WORKSPACE = """
            with made as (insert into workspace (name) values (:name) on conflict (name) do nothing returning id)
            select id from made union all select id from workspace where name = :name limit 1
            """;

    private static final String ADD = """
            insert into account (workspace_id, email, address, role, password_hash, created_at)
            values (:workspaceId, :email, :address, :role, :hash, :now)
            on conflict (address) do nothing
            returning id
            """;

    private static final RowMapper<Account> ROW = (row, context) -> {
        var disabled = row.getObject("disabled_at", java.time.OffsetDateTime.class);
        return new Account(
                row.getLong("id"),
                row.getLong("workspace_id"),
                row.getString("workspace"),
                row.getString("email"),
                Role.of(row.getString("role")),
                row.getObject("created_at", java.time.OffsetDateTime.class).toInstant(),
                disabled == null ? null : disabled.toInstant());
    };

    private final Database database;
    private final Passwords passwords;
    private final InstantSource clock;

    Accounts(Database database, Passwords passwords, InstantSource clock) {
        this.database = database;
        this.passwords = passwords;
        this.clock = clock;
    }

    /// What making an account came to.
    public sealed interface Creation {

        record Made(Account account) implements Creation {}

        /// The address has an account already, perhaps in another workspace, perhaps a disabled one.
        record Taken() implements Creation {}

        /// The input breaks the rules; `field` is `email`, `password` or `workspace`.
        record Refused(List<FieldError> errors) implements Creation {}
    }

    /// Makes an account, and its workspace where there is none of that name.
    public Creation create(String email, String password, String workspace, Role role) {
        return create(email, password, workspace, role, handle -> true).orElseThrow();
    }

    /// Makes an operator where there is no account at all.
    ///
    /// @return nothing where there is one
    Optional<Creation> createFirst(String email, String password) {
        return create(email, password, UserAdd.DEFAULT_WORKSPACE, Role.OPERATOR, handle -> {
            // Two who try at once wait for each other; who only reads waits for nobody.
            handle.execute("lock table account in share row exclusive mode");
            return !any(handle);
        });
    }

    /// Whether there is any account, be it disabled.
    boolean any() {
        return database.read(Accounts::any);
    }

    private static boolean any(Handle handle) {
        return handle.createQuery("select exists (select from account)")
                .mapTo(Boolean.class)
                .one();
    }

    /// @return nothing where the condition does not hold in the account's transaction
    private Optional<Creation> create(
            String email, String password, String workspace, Role role, Predicate<Handle> condition) {
        String given = email.strip();
        List<FieldError> errors = new ArrayList<>();
        if (!LoginAddress.isGood(given)) {
            errors.add(new FieldError("email", "must be an email address"));
        }
        PasswordRules.problem(password, given).ifPresent(problem -> errors.add(new FieldError("password", problem)));
        if (workspace.isBlank() || workspace.length() > 100 || workspace.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            errors.add(new FieldError("workspace", "must have 1 to 100 characters, no control characters"));
        }
        if (!errors.isEmpty()) {
            return Optional.of(new Creation.Refused(List.copyOf(errors)));
        }
        String hash = passwords.hash(password);
        return database.write(handle -> {
            if (!condition.test(handle)) {
                return Optional.<Creation>empty();
            }
            if (isTaken(handle, LoginAddress.normalised(given))) {
                return Optional.of(new Creation.Taken());
            }
            long workspaceId = handle.createQuery(WORKSPACE)
                    .bind("name", workspace.strip())
                    .mapTo(Long.class)
                    .findOne()
                    .orElseGet(() -> workspaceId(handle, workspace.strip()));
            Optional<Long> id = handle.createQuery(ADD)
                    .bind("workspaceId", workspaceId)
                    .bind("email", given)
                    .bind("address", LoginAddress.normalised(given))
                    .bind("role", role.spelling())
                    .bind("hash", hash)
                    .bind("now", clock.instant())
                    .mapTo(Long.class)
                    .findOne();
            return Optional.of(id.<Creation>map(
                            made -> new Creation.Made(byId(handle, made).orElseThrow()))
                    .orElseGet(Creation.Taken::new));
        });
    }

    private static boolean isTaken(Handle handle, String address) {
        return handle.createQuery("select exists (select from account where address = :address)")
                .bind("address", address)
                .mapTo(Boolean.class)
                .one();
    }

    private static long workspaceId(Handle handle, String name) {
        return handle.createQuery("select id from workspace where name = :name")
                .bind("name", name)
                .mapTo(Long.class)
                .one();
    }

    public Optional<Account> find(long id) {
        return database.read(handle -> byId(handle, id));
    }

    /// A page of accounts of all workspaces, by id.
    ///
    /// @param after the last id of the page before, or 0
    List<Account> list(long after, int limit) {
        return database.read(handle -> handle.createQuery("select " + COLUMNS
                        + " from account a join workspace w on w.id = a.workspace_id"
                        + " where a.id > :after order by a.id limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map(ROW)
                .list());
    }

    /// Ends an account: its sessions and keys are good no more. It is kept, because things were done in its name.
    ///
    /// @return whether there is such an account
    public boolean disable(long id) {
        return database.write(handle -> {
            boolean found =
                    handle.createUpdate("update account set disabled_at = coalesce(disabled_at, :now) where id = :id")
                                    .bind("id", id)
                                    .bind("now", clock.instant())
                                    .execute()
                            == 1;
            handle.createUpdate(
                            "update token_family set revoked_at = :now where account_id = :id and revoked_at is null")
                    .bind("id", id)
                    .bind("now", clock.instant())
                    .execute();
            return found;
        });
    }

    /// The account of an address and a password that belong together and are good, or nothing. Takes the same time
    /// whatever of it is wrong.
    Optional<Account> signIn(String email, String password) {
        record Found(Account account, String hash) {}
        Optional<Found> found = database.read(handle -> handle.createQuery("select " + COLUMNS
                        + ", a.password_hash from account a join workspace w on w.id = a.workspace_id"
                        + " where a.address = :address")
                .bind("address", LoginAddress.normalised(email))
                .map((row, context) -> new Found(ROW.map(row, context), row.getString("password_hash")))
                .findOne());
        if (found.isEmpty()) {
            passwords.matchNobody(password);
            return Optional.empty();
        }
        boolean matches = passwords.matches(password, found.get().hash());
        return found.map(Found::account).filter(account -> matches && account.disabledAt() == null);
    }

    private static Optional<Account> byId(Handle handle, long id) {
        return handle.createQuery("select " + COLUMNS
                        + " from account a join workspace w on w.id = a.workspace_id where a.id = :id")
                .bind("id", id)
                .map(ROW)
                .findOne();
    }
}
