package io.mailblast.validation.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.http.KeepAliveConnection.Answer;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.traffic.TrackedLinks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestMakerTest {

    private static final TrackedLinks LINKS = new TrackedLinks(
            List.of("/track/open/AAAABBBBCCCC"),
            List.of("/track/click/AAAABBBBCCCC?url=aHR0cHM6Ly9hLmV4YW1wbGUv&s=sig"));

    private static Operations operations() throws IOException {
        JsonNode document = ApiClient.JSON.readTree("""
                {"paths": {
                  "/things": {
                    "get": {"parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}],
                      "responses": {"200": {}, "400": {}}},
                    "post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                      "responses": {"201": {}, "400": {}}}},
                  "/things/{id}": {
                    "delete": {"parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}],
                      "responses": {"204": {}, "404": {}}}},
                  "/track/open/{messageId}": {"get": {"responses": {"200": {}}}},
                  "/auth/logout": {"post": {"responses": {"204": {}}}}},
                 "components": {"schemas": {"Thing": {"type": "object", "required": ["name"], "properties": {
                   "name": {"type": "string", "minLength": 1},
                   "more": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Thing"}]}}}}}}
                """);
        return Operations.of(document);
    }

    private static List<HostileRequest> requests(long seed, int count) throws IOException {
        RequestMaker maker = new RequestMaker("127.0.0.1:1", "token", LINKS, operations(), seed);
        return Stream.generate(maker::next).limit(count).toList();
    }

    @Test
    void aSeedDecidesEveryByte() throws IOException {
        assertThat(requests(7, 2_000).toString()).isEqualTo(requests(7, 2_000).toString());
        assertThat(requests(7, 50).toString()).isNotEqualTo(requests(8, 50).toString());
    }

    @Test
    void everyOperationButASignOutIsAskedAndTrackingByRealBentAndForgedIdentifiers() throws IOException {
        List<HostileRequest> requests = requests(1, 3_000);
        Set<String> asked = requests.stream()
                .flatMap(request -> request.operation().stream())
                .map(Object::toString)
                .collect(Collectors.toSet());
        List<String> texts = requests.stream()
                .map(request -> new String(request.bytes(), StandardCharsets.ISO_8859_1))
                .toList();

        assertThat(asked).containsExactlyInAnyOrder("GET /things", "POST /things", "DELETE /things/{id}");
        assertThat(texts)
                .anySatisfy(text -> assertThat(text).contains("/track/open/AAAABBBBCCCC"))
                .anySatisfy(text -> assertThat(text).containsPattern("/track/open/[^ ]*jndi"))
                .anySatisfy(text -> assertThat(text).contains("/track/click/"))
                .noneSatisfy(text -> assertThat(text).contains("/auth/logout"));
        assertThat(requests).anyMatch(HostileRequest::mayBeCutOff);
    }

    @Test
    void whatIsNoBrokenHttpHasItsLengthAndOneEndOfItsHead() throws IOException {
        for (HostileRequest request : requests(3, 3_000)) {
            if (request.mayBeCutOff()) {
                continue;
            }
            String text = new String(request.bytes(), StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            int body = text.length() - end - 4;
            String head = text.substring(0, end + 2);
            assertThat(head.lines().skip(1)).allMatch(line -> line.contains(": "));
            assertThat(body == 0 || head.contains("\r\nContent-Length: " + body + "\r\n"))
                    .as(request.toString())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            200 | {}                                                                          | 0
            400 | {"errors":[{"field":"limit","message":"must be at least 1"}]}               | 0
            400 | {"type":"urn:mailblast:problem:malformed","title":"The request is malformed"}       | 0
            400 | {"errors":[]}                                                               | 1
            400 | Bad Request                                                                 | 1
            500 | {}                                                                          | 1
            503 | {}                                                                          | 1
            418 | {}                                                                          | 1
            200 | org.postgresql.util.PSQLException: ERROR                                    | 1
            200 | <!DOCTYPE html><p><script>alert(1)</script>                                 | 1
            """)
    void anAnswerIsJudgedByWhatItSays(int status, String body, long violations) throws IOException {
        Answers answers = new Answers();
        Operations.Operation operation = operations().all().getFirst();

        answers.take(
                new HostileRequest(new byte[0], Optional.of(operation), false),
                new Answer(status, false, body.strip()));

        assertThat(answers.violations()).isEqualTo(violations);
        assertThat(answers.result(1).isGood()).isEqualTo(violations == 0);
    }
}
