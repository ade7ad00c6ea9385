package io.mailblast.auth;

import io.mailblast.auth.Workspaces.Workspace;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;

/// `/workspaces…`: who shares the installation, and how much of its sending each may have.
final class WorkspaceRoutes implements Feature {

    private static final Schema WEIGHT = Schema.whole(1, 1_000);

    private static final Schema.Shape WORKSPACE = Schema.shape("Workspace")
            .field("id", Schema.id())
            .field("name", Schema.line(1, 100))
            .field("weight", WEIGHT)
            .field("created_at", Schema.formatted("date-time", 40));

    private static final Schema.Shape CHANGE = Schema.shape("WorkspaceChange").field("weight", WEIGHT);

    private final Workspaces workspaces;

    WorkspaceRoutes(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/workspaces", "listWorkspaces")
                        .tag("users")
                        .summary("List the workspaces of the installation")
                        .access(Access.OPERATOR)
                        .paged()
                        .answersPage(WORKSPACE)
                        .handle(this::list),
                Route.get("/workspaces/{id}", "getWorkspace")
                        .tag("users")
                        .summary("Show a workspace")
                        .access(Access.OPERATOR)
                        .answers(200, WORKSPACE)
                        .handle(call -> Answer.ok(workspaces.find(call.id()).orElseThrow(WorkspaceRoutes::none))),
                Route.patch("/workspaces/{id}", "changeWorkspace")
                        .tag("users")
                        .summary("Set its share among the workspaces that send at the same time")
                        .access(Access.OPERATOR)
                        .body(CHANGE)
                        .answers(200, WORKSPACE)
                        .handle(call -> Answer.ok(workspaces
                                .weigh(call.id(), call.body().path("weight").intValue())
                                .orElseThrow(WorkspaceRoutes::none))));
    }

    private Answer list(Call call) {
        List<Workspace> page = workspaces.list(Cursor.key(call, 0), call.limit());
        return Answer.page(
                page,
                Cursor.after(
                        page.size(),
                        call.limit(),
                        page.isEmpty() ? 0 : page.getLast().id()));
    }

    private static RuntimeException none() {
        return Problem.notFound("workspace").asException();
    }
}
