package io.mailblast.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One method of one path: what it takes, what it answers, who may call it, and what does it. [HttpServer]
/// checks and dispatches by it, [OpenApi] documents it.
///
/// Built by a chain that ends with [Builder#handle]:
///
/// ```java
/// Route.post("/lists", "createList").tag("lists").summary("Make a list")
///         .body(NEW_LIST).answers(201, LIST).handle(this::create)
/// ```
public final class Route {

    final String method;
    final String path;
    final String operation;
    final String tag;
    final String summary;
    final Access access;
    final boolean often;
    final Schema.@Nullable Shape body;
    final boolean bodyOptional;
    final Map<String, Schema> pathParameters;
    final Map<String, Query> queries;
    final Map<Integer, Content> answers;
    final List<Integer> problems;
    final List<String> consumes;
    final boolean live;
    final @Nullable Words words;
    final Handler handler;

    private Route(Builder builder, Handler handler) {
        this.method = builder.method;
        this.path = builder.path;
        this.operation = builder.operation;
        this.tag = builder.tag;
        this.summary = builder.summary;
        this.access = builder.access;
        this.often = builder.often;
        this.body = builder.body;
        this.bodyOptional = builder.bodyOptional;
        this.pathParameters = builder.pathParameters;
        this.queries = builder.queries;
        this.answers = builder.answers;
        this.problems = builder.problems;
        this.consumes = builder.consumes;
        this.live = builder.live;
        this.words = builder.words;
        this.handler = handler;
    }

    /// Does what a route is for.
    @FunctionalInterface
    public interface Handler {

        /// @throws ProblemException for what the caller did wrong
        Answer handle(Call call) throws Exception;
    }

    /// Says a problem to a person who looks at a page.
    @FunctionalInterface
    public interface Words {

        Answer of(Problem problem);
    }

    /// A query parameter. `one` is its shape once it is read; a number stands as text in the URL.
    record Query(Schema schema, String description) {}

    /// What an answer's body is.
    ///
    /// @param mediaTypes that it may come in; none for no body
    /// @param schema of the JSON, where it is JSON
    record Content(List<String> mediaTypes, @Nullable Schema schema, Envelope envelope) {}

    /// What stands around an answer's value.
    enum Envelope {
        /// `{"data": …}`
        DATA,
        /// `{"data": […], "page": {"next": …}}`
        PAGE,
        /// Nothing: the value itself is the body.
        NONE
    }

    public static Builder get(String path, String operation) {
        return new Builder("GET", path, operation);
    }

    public static Builder post(String path, String operation) {
        return new Builder("POST", path, operation);
    }

    public static Builder patch(String path, String operation) {
        return new Builder("PATCH", path, operation);
    }

    public static Builder put(String path, String operation) {
        return new Builder("PUT", path, operation);
    }

    public static Builder delete(String path, String operation) {
        return new Builder("DELETE", path, operation);
    }

    public String method() {
        return method;
    }

    public String path() {
        return path;
    }

    public Access access() {
        return access;
    }

    /// Collects what a route declares.
    public static final class Builder {

        private final String method;
        private final String path;
        private final String operation;
        private String tag = "general";
        private String summary = "";
        private Access access = Access.MEMBER;
        private boolean often;
        private Schema.@Nullable Shape body;
        private boolean bodyOptional;
        private final Map<String, Schema> pathParameters = new LinkedHashMap<>();
        private final Map<String, Query> queries = new LinkedHashMap<>();
        private final Map<Integer, Content> answers = new LinkedHashMap<>();
        private final List<Integer> problems = new ArrayList<>();
        private final List<String> consumes = new ArrayList<>();
        private boolean live;
        private @Nullable Words words;

        private Builder(String method, String path, String operation) {
            this.method = method;
            this.path = path;
            this.operation = operation;
            for (String part : path.split("/")) {
                if (part.startsWith("{")) {
                    pathParameters.put(part.substring(1, part.length() - 1), Schema.id());
                }
            }
        }

        public Builder tag(String tag) {
            this.tag = tag;
            return this;
        }

        public Builder summary(String summary) {
            this.summary = summary;
            return this;
        }

        /// [Access#MEMBER] unless said otherwise.
        public Builder access(Access access) {
            this.access = access;
            return this;
        }

        /// Asked for far more often than others: its path is tried before theirs.
        public Builder often() {
            this.often = true;
            return this;
        }

        /// A page for people: not part of the API's description, and its problems are said in words.
        public Builder page(Words words) {
            this.words = words;
            return this;
        }

        /// Its answer goes on for as long as somebody looks, so its end says nothing of how fast it was.
        public Builder live() {
            this.live = true;
            return this;
        }

        /// A path parameter that is no row's identifier, as they are unless said otherwise. One that does not
        /// fit is answered 400, an identifier of no row 404.
        public Builder parameter(String name, Schema schema) {
            pathParameters.put(name, schema);
            return this;
        }

        /// An optional query parameter. Unknown and malformed ones are answered 400.
        public Builder query(String name, Schema schema, String description) {
            queries.put(name, new Query(schema, description));
            return this;
        }

        /// The parameters `limit` (1 to 200, default 50) and `cursor` of a list.
        public Builder paged() {
            return query("limit", Schema.whole(1, 200), "How many to answer, 50 unless said")
                    .query("cursor", Schema.line(1, 200), "The `next` of the page before");
        }

        /// A JSON body, required.
        public Builder body(Schema.Shape shape) {
            this.body = shape;
            return this;
        }

        /// A JSON body that may be left out; see [Call#hasBody].
        public Builder optionalBody(Schema.Shape shape) {
            this.body = shape;
            this.bodyOptional = true;
            return this;
        }

        /// Media types of a body that the handler reads by itself from [Call#stream].
        public Builder consumes(String... mediaTypes) {
            consumes.addAll(List.of(mediaTypes));
            return this;
        }

        /// An answer `{"data": …}`.
        public Builder answers(int status, Schema schema) {
            answers.put(status, new Content(List.of("application/json"), schema, Envelope.DATA));
            return this;
        }

        /// An answer whose body is the value itself, without `data` around it.
        public Builder answersBare(int status, Schema schema) {
            answers.put(status, new Content(List.of("application/json"), schema, Envelope.NONE));
            return this;
        }

        /// An answer `{"data": […], "page": {"next": …}}`.
        public Builder answersPage(Schema schema) {
            answers.put(200, new Content(List.of("application/json"), schema, Envelope.PAGE));
            return this;
        }

        /// An answer without a body.
        public Builder answers(int status) {
            answers.put(status, new Content(List.of(), null, Envelope.NONE));
            return this;
        }

        /// An answer of other media types.
        public Builder answers(int status, String mediaType, String... more) {
            List<String> all = new ArrayList<>(List.of(mediaType));
            all.addAll(List.of(more));
            answers.put(status, new Content(all, null, Envelope.NONE));
            return this;
        }

        /// Problems that this route answers beyond those that every route of its kind can: 400, 401, 403, 404,
        /// 413…
        public Builder problems(Integer... statuses) {
            problems.addAll(List.of(statuses));
            return this;
        }

        public Route handle(Handler handler) {
            if (answers.isEmpty()) {
                throw new IllegalStateException(method + " " + path + " says not what it answers");
            }
            return new Route(this, handler);
        }
    }
}
