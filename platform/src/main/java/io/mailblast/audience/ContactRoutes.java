package io.mailblast.audience;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/// `/contacts`: the people of a workspace.
public final class ContactRoutes implements Feature {

    private static final Schema.Shape CONTACT = Schema.shape("Contact")
            .field("id", Schema.id())
            .field("email", Schema.formatted("email", 254))
            .field("first_name", Schema.orNull(Schema.line(0, 200)))
            .field("last_name", Schema.orNull(Schema.line(0, 200)))
            .field("attributes", Schema.free(Contacts.MAX_ATTRIBUTE_BYTES))
            .field("tracking", Schema.flag())
            .field("lists", Schema.items(Schema.id(), 10_000))
            .field("suppressed", Schema.flag())
            .field(
                    "suppressed_reason",
                    Schema.orNull(Schema.choice("unsubscribed", "hard_bounce", "soft_bounces", "complaint", "manual")))
            .field("created_at", Schema.formatted("date-time", 40))
            .field("updated_at", Schema.formatted("date-time", 40));

    private static final Schema.Shape NEW_CONTACT = Schema.shape("NewContact")
            .field("email", Schema.formatted("email", 320))
            .optional("first_name", Schema.orNull(Schema.line(0, 200)))
            .optional("last_name", Schema.orNull(Schema.line(0, 200)))
            .optional("attributes", Schema.free(Contacts.MAX_ATTRIBUTE_BYTES))
            .optional("tracking", Schema.flag())
            .optional("lists", Schema.items(Schema.id(), 1_000));

    private static final Schema.Shape CONTACT_PATCH = Schema.shape("ContactPatch")
            .optional("email", Schema.formatted("email", 320))
            .optional("first_name", Schema.orNull(Schema.line(0, 200)))
            .optional("last_name", Schema.orNull(Schema.line(0, 200)))
            .optional("attributes", Schema.free(Contacts.MAX_ATTRIBUTE_BYTES))
            .optional("tracking", Schema.flag());

    private final Database database;

    public ContactRoutes(Database database) {
        this.database = database;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Found.asked(Route.get("/contacts", "listContacts"))
                        .tag("contacts")
                        .summary("Contacts, the newest first")
                        .query("email", Schema.line(1, 254), "A whole address, or a part of one")
                        .query("list_id", Schema.id(), "Only those on this list")
                        .paged()
                        .answersPage(CONTACT)
                        .problems(404)
                        .handle(this::page),
                Route.post("/contacts", "createContact")
                        .tag("contacts")
                        .summary("Add a contact")
                        .body(NEW_CONTACT)
                        .answers(201, CONTACT)
                        .problems(404, 409)
                        .handle(this::create),
                Route.get("/contacts/export", "exportContacts")
                        .tag("contacts")
                        .summary("All contacts as CSV that a spreadsheet opens safely and an import takes back")
                        .answers(200, "text/csv")
                        .handle(call -> new ContactExport(database, call.workspaceId()).answer()),
                Route.get("/contacts/{id}", "getContact")
                        .tag("contacts")
                        .summary("One contact")
                        .answers(200, CONTACT)
                        .handle(call -> Answer.ok(database.read(handle -> contact(handle, call)))),
                Route.patch("/contacts/{id}", "changeContact")
                        .tag("contacts")
                        .summary("Change what is named; attributes are merged, one that is null is removed")
                        .body(CONTACT_PATCH)
                        .answers(200, CONTACT)
                        .problems(409)
                        .handle(this::change),
                Route.delete("/contacts/{id}", "deleteContact")
                        .tag("contacts")
                        .summary("Remove a contact; a suppression of its address stays")
                        .answers(204)
                        .handle(this::delete));
    }

    private Answer page(Call call) {
        Contacts.Filter filter = new Contacts.Filter(
                call.query("email").orElse(""),
                call.query("list_id").map(Long::parseLong).orElse(0L),
                Found.lookAt(call));
        long before = Cursor.key(call, Long.MAX_VALUE);
        Found<Contacts.Contact> found = database.read(handle -> {
            if (filter.listId() > 0 && !Lists.allExist(handle, call.workspaceId(), List.of(filter.listId()))) {
                throw Problem.notFound("list").asException();
            }
            return Contacts.page(handle, call.workspaceId(), filter, before, call.limit());
        });
        return found.answer(call.limit(), Contacts.Contact::id);
    }

    private Answer create(Call call) {
        JsonNode body = call.body();
        EmailAddress email = email(body);
        List<Long> lists = new ArrayList<>();
        body.path("lists").forEach(id -> lists.add(id.longValue()));
        JsonNode attributes =
                body.has("attributes") ? storable(body.get("attributes")) : JsonNodeFactory.instance.objectNode();
        Contacts.Contact contact = storing(() -> database.write(handle -> {
            if (!Lists.allExist(handle, call.workspaceId(), lists)) {
                throw Problem.notFound("list").asException();
            }
            long id = Contacts.insert(
                            handle,
                            call.workspaceId(),
                            email,
                            name(body, "first_name", null),
                            name(body, "last_name", null),
                            attributes,
                            body.path("tracking").asBoolean(true))
                    .orElseThrow(() -> duplicate().asException());
            Lists.add(handle, call.workspaceId(), lists, id);
            return Contacts.one(handle, call.workspaceId(), id).orElseThrow();
        }));
        return Answer.created("/contacts/" + contact.id(), contact);
    }

    private Answer change(Call call) {
        JsonNode body = call.body();
        return Answer.ok(storing(() -> database.write(handle -> {
            Contacts.lock(handle, call.workspaceId(), call.id());
            Contacts.Contact before = contact(handle, call);
            EmailAddress email = body.has("email")
                    ? email(body)
                    : EmailAddress.parse(before.email())
                            .orElseThrow(() -> new IllegalStateException("contact " + call.id() + " has no address"));
            Contacts.update(
                    handle,
                    call.workspaceId(),
                    call.id(),
                    email,
                    name(body, "first_name", before.firstName()),
                    name(body, "last_name", before.lastName()),
                    merged(before.attributes(), body.path("attributes")),
                    body.path("tracking").asBoolean(before.tracking()));
            return contact(handle, call);
        })));
    }

    private Answer delete(Call call) {
        if (!database.write(handle -> Contacts.delete(handle, call.workspaceId(), call.id()))) {
            throw Problem.notFound("contact").asException();
        }
        return Answer.noContent();
    }

    private static Contacts.Contact contact(Handle handle, Call call) {
        return Contacts.one(handle, call.workspaceId(), call.id())
                .orElseThrow(() -> Problem.notFound("contact").asException());
    }

    /// The body's `email`, judged.
    static EmailAddress email(JsonNode body) {
        return switch (EmailAddress.judgeTyped(body.path("email").asText())) {
            case EmailAddress.Judgement.Accepted(EmailAddress value) -> value;
            case EmailAddress.Judgement.Refused(String reason) ->
                throw Problem.badInput("email", reason).asException();
        };
    }

    private static @Nullable String name(JsonNode body, String field, @Nullable String unchanged) {
        if (!body.has(field)) {
            return unchanged;
        }
        String given =
                body.get(field).isNull() ? "" : body.get(field).textValue().strip();
        return given.isEmpty() ? null : given;
    }

    /// RFC 7396, of one level.
    private static JsonNode merged(JsonNode before, JsonNode patch) {
        ObjectNode merged = before.deepCopy();
        patch.properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                merged.remove(entry.getKey());
            } else {
                merged.set(entry.getKey(), entry.getValue());
            }
        });
        return storable(merged);
    }

    /// What fits into `jsonb` and into the limit.
    private static JsonNode storable(JsonNode attributes) {
        String text = attributes.toString();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw Problem.badInput("attributes", "must be well-formed Unicode").asException();
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > Contacts.MAX_ATTRIBUTE_BYTES) {
            throw Problem.badInput("attributes", "must have at most " + Contacts.MAX_ATTRIBUTE_BYTES + " bytes")
                    .asException();
        }
        return attributes;
    }

    /// What the database says about values becomes a problem of the request.
    private static Contacts.Contact storing(java.util.function.Supplier<Contacts.Contact> work) {
        try {
            return work.get();
        } catch (JdbiException e) {
            String state = Contacts.sqlState(e);
            if (state.equals("23505")) {
                throw duplicate().asException();
            } else if (state.startsWith("22")) {
                throw Problem.badInput(List.of(new FieldError("attributes", "holds a value that cannot be stored")))
                        .asException();
            }
            throw e;
        }
    }

    private static Problem duplicate() {
        return Problem.conflict("There is already a contact with this address.");
    }
}
