package io.mailblast.audience;

import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/// `/lists`: named groups of contacts, and who is on them. `GET /contacts?list_id=` tells their members.
public final class ListRoutes implements Feature {

    private static final Schema COUNT = Schema.orNull(Schema.whole(0, Long.MAX_VALUE));

    private static final Schema.Shape LIST = Schema.shape("ContactList")
            .field("id", Schema.id())
            .field("name", Schema.line(1, 200))
            .field("contacts", COUNT)
            .field("departed", COUNT)
            .field("suppressed", COUNT)
            .field("created_at", Schema.formatted("date-time", 40));

    private static final Schema.Shape NEW_LIST = Schema.shape("NewContactList").field("name", Schema.line(1, 200));

    private static final String NO_COUNTS = "False where names are enough: the counts are null then";

    private final Database database;

    public ListRoutes(Database database) {
        this.database = database;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/lists", "listLists")
                        .tag("lists")
                        .summary("Lists, the newest first, with how many are on them")
                        .query("counts", Schema.flag(), NO_COUNTS)
                        .paged()
                        .answersPage(LIST)
                        .handle(this::page),
                Route.post("/lists", "createList")
                        .tag("lists")
                        .summary("Make a list")
                        .body(NEW_LIST)
                        .answers(201, LIST)
                        .problems(409)
                        .handle(this::create),
                Route.get("/lists/{id}", "getList")
                        .tag("lists")
                        .summary("One list, with how many are on it")
                        .query("counts", Schema.flag(), NO_COUNTS)
                        .answers(200, LIST)
                        .handle(call -> Answer.ok(database.read(handle -> list(handle, call, counts(call))))),
                Route.patch("/lists/{id}", "renameList")
                        .tag("lists")
                        .summary("Give a list another name")
                        .body(NEW_LIST)
                        .answers(200, LIST)
                        .problems(409)
                        .handle(this::rename),
                Route.delete("/lists/{id}", "deleteList")
                        .tag("lists")
                        .summary("Remove a list; its contacts stay. Not while a campaign goes out to it")
                        .answers(204)
                        .problems(409)
                        .handle(this::delete),
                Route.put("/lists/{id}/contacts/{contact_id}", "addToList")
                        .tag("lists")
                        .summary("Put a contact on a list")
                        .query("rejoin", Schema.flag(), "True for one that left the list and asked to come back")
                        .answers(204)
                        .problems(409)
                        .handle(this::add),
                Route.delete("/lists/{id}/contacts/{contact_id}", "removeFromList")
                        .tag("lists")
                        .summary("Take a contact off a list")
                        .answers(204)
                        .handle(this::remove));
    }

    private Answer page(Call call) {
        long before = Cursor.key(call, Long.MAX_VALUE);
        List<Lists.ContactList> lists =
                database.read(handle -> Lists.page(handle, call.workspaceId(), before, call.limit(), counts(call)));
        return Answer.page(
                lists,
                Cursor.after(
                        lists.size(),
                        call.limit(),
                        lists.isEmpty() ? 0 : lists.getLast().id()));
    }

    private Answer create(Call call) {
        Lists.ContactList list = database.write(handle -> {
            long id = Lists.insert(handle, call.workspaceId(), name(call))
                    .orElseThrow(() -> duplicate().asException());
            return Lists.one(handle, call.workspaceId(), id, Lists.Counts.YES).orElseThrow();
        });
        return Answer.created("/lists/" + list.id(), list);
    }

    private Answer rename(Call call) {
        try {
            return Answer.ok(database.write(handle -> {
                Lists.rename(handle, call.workspaceId(), call.id(), name(call));
                return list(handle, call, Lists.Counts.YES);
            }));
        } catch (JdbiException e) {
            if (Contacts.sqlState(e).equals("23505")) {
                throw duplicate().asException();
            }
            throw e;
        }
    }

    private Answer delete(Call call) {
        boolean deleted = database.write(handle -> {
            if (Lists.isInUse(handle, call.workspaceId(), call.id())) {
                throw Problem.conflict("A campaign is going out to this list. Let it finish, or cancel it.")
                        .asException();
            }
            return Lists.delete(handle, call.workspaceId(), call.id());
        });
        if (!deleted) {
            throw Problem.notFound("list").asException();
        }
        return Answer.noContent();
    }

    private Answer add(Call call) {
        long contactId = Long.parseLong(call.parameter("contact_id"));
        boolean rejoin = call.query("rejoin").map(Boolean::parseBoolean).orElse(false);
        return database.write(handle -> {
            requireBoth(handle, call, contactId);
            if (Lists.hasLeft(handle, call.id(), contactId)) {
                if (!rejoin) {
                    throw Problem.conflict("This contact left the list. If it asked to come back, say rejoin=true.")
                            .asException();
                }
                Lists.rejoin(handle, call.id(), contactId);
            }
            Lists.add(handle, call.workspaceId(), List.of(call.id()), contactId);
            return Answer.noContent();
        });
    }

    private Answer remove(Call call) {
        long contactId = Long.parseLong(call.parameter("contact_id"));
        return database.write(handle -> {
            requireBoth(handle, call, contactId);
            Lists.remove(handle, call.workspaceId(), call.id(), contactId);
            return Answer.noContent();
        });
    }

    private static void requireBoth(Handle handle, Call call, long contactId) {
        if (!Lists.allExist(handle, call.workspaceId(), List.of(call.id()))) {
            throw Problem.notFound("list").asException();
        }
        if (Contacts.one(handle, call.workspaceId(), contactId).isEmpty()) {
            throw Problem.notFound("contact").asException();
        }
    }

    private static Lists.Counts counts(Call call) {
        return call.query("counts").orElse("true").equals("false") ? Lists.Counts.NO : Lists.Counts.YES;
    }

    private static Lists.ContactList list(Handle handle, Call call, Lists.Counts counts) {
        return Lists.one(handle, call.workspaceId(), call.id(), counts)
                .orElseThrow(() -> Problem.notFound("list").asException());
    }

    private static String name(Call call) {
        return call.body().get("name").textValue().strip();
    }

    private static Problem duplicate() {
        return Problem.conflict("There is already a list with this name.");
    }
}
