package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalApiTest {

    private static final Schema.Shape NAMED = Schema.shape("Named").field("name", Schema.line(1, 10));
    private static final Principal MEMBER = new Principal(1, 7, false);

    private final LocalApi api = new LocalApi(() -> List.of(
            Route.post("/things/{id}", "nameThing")
                    .body(NAMED)
                    .query("limit", Schema.whole(1, 5), "")
                    .answers(201, NAMED)
                    .handle(call -> Answer.created(
                            "/things/1",
                            Map.of(
                                    "id", call.id(),
                                    "workspace", call.workspaceId(),
                                    "limit", call.limit(),
                                    "name", call.body().get("name").asText(),
                                    "key", call.header("Idempotency-Key").orElse("none")))),
            Route.get("/secrets", "secrets")
                    .access(Access.OPERATOR)
                    .answers(200, NAMED)
                    .handle(call -> Answer.ok("secret")),
            Route.get("/many", "many").paged().answersPage(NAMED).handle(call -> Answer.page(List.of("a"), "next")),
            Route.get("/limited", "limited")
                    .answers(200, NAMED)
                    .handle(call -> Answer.problem(Problem.of(429, "slow", "Slow", "Wait."))),
            Route.get("/page", "page")
                    .access(Access.PUBLIC)
                    .answers(200, "text/html")
                    .page(Answer::problem)
                    .handle(call -> Answer.noContent())));

    @Test
    void aRouteIsAskedInSomebodysName() throws Exception {
        var data = api.as(MEMBER)
                .ask("nameThing")
                .id(3)
                .query("limit", 2)
                .header("idempotency-key", "k")
                .body(Map.of("name", "n"))
                .data();

        assertThat(data.toString())
                .contains("\"id\":3", "\"workspace\":7", "\"limit\":2", "\"name\":\"n\"", "\"key\":\"k\"");
    }

    @Test
    void aListComesWithItsCursor() throws Exception {
        LocalApi.Page page = api.as(MEMBER).ask("many").page();

        assertThat(page.rows()).hasSize(1);
        assertThat(page.next()).isEqualTo("next");
    }

    @Test
    void whatTheRouteRefusesIsRefusedHere() {
        assertThat(problem(api.as(MEMBER).ask("nameThing").id(3).body(Map.of("name", "far too long a name"))))
                .isEqualTo(400);
        assertThat(problem(api.as(MEMBER).ask("nameThing").id(3))).as("no body").isEqualTo(400);
        assertThat(problem(
                        api.as(MEMBER).ask("nameThing").id(3).query("limit", 9).body(Map.of("name", "n"))))
                .isEqualTo(400);
        assertThat(problem(api.as(MEMBER).ask("nameThing").body(Map.of("name", "n"))))
                .as("no id")
                .isEqualTo(404);
        assertThat(problem(api.as(MEMBER).ask("limited"))).isEqualTo(429);
    }

    @Test
    void aMemberIsNoOperatorHereEither() throws Exception {
        assertThat(problem(api.as(MEMBER).ask("secrets"))).isEqualTo(403);
        assertThat(api.as(new Principal(1, 7, true)).ask("secrets").data().asText())
                .isEqualTo("secret");
    }

    @Test
    void pagesForPeopleAreNoPartOfIt() {
        assertThatThrownBy(() -> api.as(MEMBER).ask("page")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> api.as(MEMBER).ask("unheard")).isInstanceOf(IllegalArgumentException.class);
    }

    private static int problem(LocalApi.Ask ask) {
        try {
            ask.answer();
            return 200;
        } catch (ProblemException e) {
            return e.problem().status();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
