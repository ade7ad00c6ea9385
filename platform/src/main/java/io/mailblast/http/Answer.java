package io.mailblast.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a route answers.
///
/// @param headers beside `Content-Type` and `Content-Length`
public record Answer(int status, Map<String, String> headers, Body body) {

    /// What follows the headers.
    public sealed interface Body {}

    /// Nothing.
    public record Empty() implements Body {}

    /// Anything that Jackson writes, with snake_case names.
    public record Json(Object value, String mediaType) implements Body {}

    public record Bytes(byte[] bytes, String mediaType) implements Body {}

    /// Written while it is made, in memory that does not grow with it.
    public record Stream(Writer writer, String mediaType) implements Body {}

    /// Writes a stream's bytes.
    @FunctionalInterface
    public interface Writer {
        void write(OutputStream out) throws IOException;
    }

    private record Data(Object data) {}

    private record PageOf(Object data, Page page) {}

    /// @param next the cursor of what follows, or null on the last page
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Page(@Nullable String next) {}

    public static Answer ok(Object data) {
        return json(200, new Data(data));
    }

    /// @param location the path of what was made
    public static Answer created(String location, Object data) {
        return json(201, new Data(data)).with("Location", location);
    }

    public static Answer accepted(Object data) {
        return json(202, new Data(data));
    }

    public static Answer noContent() {
        return new Answer(204, Map.of(), new Empty());
    }

    /// @param next the cursor of the page that follows, or null on the last one; see [Cursor]
    public static Answer page(List<?> data, @Nullable String next) {
        return json(200, new PageOf(data, new Page(next)));
    }

    /// JSON that is not wrapped in `data`.
    public static Answer json(int status, Object value) {
        return new Answer(status, Map.of(), new Json(value, "application/json"));
    }

    public static Answer bytes(int status, String mediaType, byte[] bytes) {
        return new Answer(status, Map.of(), new Bytes(bytes, mediaType));
    }

    public static Answer html(int status, String page) {
        return bytes(status, "text/html; charset=utf-8", page.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// Go on there, with a GET.
    public static Answer seeOther(String path) {
        return new Answer(303, Map.of("Location", path), new Empty());
    }

    public static Answer stream(String mediaType, Writer writer) {
        return new Answer(200, Map.of(), new Stream(writer, mediaType));
    }

    public static Answer problem(Problem problem) {
        return new Answer(problem.status(), Map.of(), new Json(problem, Problem.MEDIA_TYPE));
    }

    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body);
    }
}
