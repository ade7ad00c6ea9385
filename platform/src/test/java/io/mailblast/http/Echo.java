package io.mailblast.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Routes that tests knock at: one of each kind, and a count of how often something was done.
final class Echo implements Feature {

    static final Schema.Shape THING = Schema.shape("Thing")
            .field("name", Schema.line(1, 20))
            .field("count", Schema.whole(0, 1_000))
            .optional("note", Schema.orNull(Schema.text(0, 100)))
            .optional("on", Schema.flag())
            .optional("kind", Schema.choice("a", "b"))
            .optional("ids", Schema.items(Schema.id(), 3))
            .optional("attributes", Schema.free(1_000))
            .optional("inner", Schema.shape("Inner").field("email", Schema.formatted("email", 50)));

    final AtomicInteger done = new AtomicInteger();

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/things", "makeThing")
                        .access(Access.PUBLIC)
                        .body(THING)
                        .answers(201, THING)
                        .handle(call -> {
                            done.incrementAndGet();
                            return Answer.created("/things/1", Map.of("thing", call.body()));
                        }),
                Route.get("/things", "listThings")
                        .access(Access.PUBLIC)
                        .paged()
                        .answersPage(THING)
                        .handle(call -> Answer.page(List.of(Cursor.key(call, 0)), null)),
                Route.get("/things/{id}", "getThing")
                        .access(Access.PUBLIC)
                        .answers(200, THING)
                        .handle(call -> Answer.ok(Map.of("id", call.id()))),
                Route.delete("/things/{id}", "deleteThing")
                        .access(Access.PUBLIC)
                        .answers(204)
                        .handle(call -> {
                            done.incrementAndGet();
                            return Answer.noContent();
                        }),
                Route.get("/words/{word}", "getWord")
                        .access(Access.PUBLIC)
                        .parameter("word", Schema.line(1, 64))
                        .answers(200, THING)
                        .handle(call -> Answer.ok(Map.of("word", call.parameter("word")))),
                Route.get("/who", "who")
                        .access(Access.PUBLIC)
                        .answers(200, THING)
                        .handle(call -> Answer.ok(Map.of("client", call.clientAddress()))),
                Route.get("/secret", "secret")
                        .answers(200, THING)
                        .handle(call ->
                                Answer.ok(Map.of("account", call.principal().accountId()))),
                Route.post("/files", "upload")
                        .access(Access.PUBLIC)
                        .consumes("text/csv")
                        .answers(202, THING)
                        .handle(call -> {
                            long bytes = 0;
                            byte[] chunk = new byte[8192];
                            try (var in = call.stream()) {
                                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                                    bytes += n;
                                }
                            }
                            done.incrementAndGet();
                            return Answer.accepted(Map.of("bytes", bytes));
                        }),
                Route.post("/broken", "broken")
                        .access(Access.PUBLIC)
                        .optionalBody(THING)
                        .answers(204)
                        .handle(call -> {
                            throw new IllegalStateException("a secret of the inside");
                        }));
    }
}
