package io.mailblast.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads a JSON body within limits of size and time (see [ConnectionGuard]), and judges it by the route's
/// schema. Memory is bounded by the limit of one body, whatever the client declares.
final class BodyReader {

    private static final int CHUNK = 16 << 10;

    private final int maxBytes;
    private final Duration patience;

    BodyReader(int maxBytes, Duration patience) {
        this.maxBytes = maxBytes;
        this.patience = patience;
    }

    /// @throws ProblemException 400, 408, 413 or 415
    JsonNode read(ServerRequest request, Schema.Shape schema) {
        requireJson(request);
        return judged(bytes(request, maxBytes, patience), schema);
    }

    /// What bytes say, if they fit a schema.
    ///
    /// @throws ProblemException 400
    static JsonNode judged(byte[] bytes, Schema.Shape schema) {
        JsonNode body = parse(bytes);
        List<FieldError> errors = new ArrayList<>();
        schema.check(body, "", errors);
        if (!errors.isEmpty()) {
            throw Problem.badInput(errors).asException();
        }
        return body;
    }

    private static void requireJson(ServerRequest request) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        String media = type.split(";", 2)[0].strip();
        if (!media.equalsIgnoreCase("application/json")) {
            throw unsupported(List.of("application/json"));
        }
    }

    static ProblemException unsupported(List<String> taken) {
        return Problem.of(
                        415,
                        "unsupported-media-type",
                        "The body has the wrong type",
                        "This takes " + String.join(" or ", taken) + "; say so in Content-Type.")
                .asException();
    }

    /// The whole body, whatever it is.
    static byte[] bytes(ServerRequest request, int maxBytes, Duration patience) {
        if (request.headers().contentLength().orElse(0) > maxBytes) {
            throw Problem.tooLarge(maxBytes).asException();
        }
        ConnectionGuard.bodyWithin(patience);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = new BodyStream(request.content().inputStream())) {
            int read;
            while ((read = in.read(chunk)) >= 0) {
                whole.write(chunk, 0, read);
                if (whole.size() > maxBytes) {
                    throw Problem.tooLarge(maxBytes).asException();
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw isTimeout(e) ? tooSlow() : new Disconnected(e);
        }
        return whole.toByteArray();
    }

    private static JsonNode parse(byte[] bytes) {
        if (bytes.length == 0) {
            throw Problem.badInput("", "The body is empty; JSON is needed.").asException();
        }
        try {
            // Jackson would let overlong and lone surrogates through in places; the decoder is strict.
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return Json.tree(bytes);
        } catch (CharacterCodingException e) {
            throw Problem.badInput("", "The body is not UTF-8.").asException();
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw Problem.badInput("", "The body is not well-formed JSON" + where + ".")
                    .asException();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ProblemException tooSlow() {
        return Problem.of(408, "too-slow", "The request took too long", "The body did not arrive in time.")
                .asException();
    }

    static boolean isTimeout(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    /// The client went away in the middle of its body; there is nobody to answer.
    static final class Disconnected extends RuntimeException {
        Disconnected(Throwable cause) {
            super("the client went away", cause);
        }
    }
}
