package io.mailblast.auth;

import io.mailblast.db.Database;
import io.mailblast.http.FieldError;
import java.time.InstantSource;
import java.util.List;

/// Makes an account from the command line: what `mailblast user add` does, without its prompts.
public final class UserAdd {

    /// The workspace of those who name none; the first migration makes it.
    public static final String DEFAULT_WORKSPACE = "default";

    private final Database database;
    private final InstantSource clock;

    public UserAdd(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// What it came to.
    public sealed interface Result {

        record Added(Account account) implements Result {}

        /// Nothing was made.
        ///
        /// @param reasons sentences for the person who typed the command, without the password
        record Refused(List<String> reasons) implements Result {}
    }

    /// @param workspace is made where there is none of that name
    /// @throws io.mailblast.db.DatabaseUnavailableException when the database does not answer
    public Result add(String email, String password, String workspace, Role role) {
        try (Passwords passwords = new Passwords(1)) {
            return switch (new Accounts(database, passwords, clock).create(email, password, workspace, role)) {
                case Accounts.Creation.Made(Account account) -> new Result.Added(account);
                case Accounts.Creation.Taken() ->
                    new Result.Refused(List.of("The address " + email.strip() + " has an account already."));
                case Accounts.Creation.Refused(List<FieldError> errors) ->
                    new Result.Refused(errors.stream()
                            .map(error -> "The " + error.field() + " " + error.message() + ".")
                            .toList());
            };
        }
    }
}
