package io.mailblast.validation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// Held against another's reading of JSON Schema (networknt).
class PlanSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(Plans.schema());

    private static Set<ValidationMessage> problems(String yaml) {
        Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return SCHEMA.validate(JSON.valueToTree(loaded));
    }

    static Iterable<String> shipped() {
        return Plans.shipped();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyPlanThatComesAlongFitsIt(String name) {
        assertThat(problems(Plans.text(name))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "track-open: 500/min|track-opens: 500/min",
                "for: 270s|for: 270",
                "below: 150ms|under: 150ms",
                "p95 of api|p95 with api",
                "kind: Smoke|sort: Smoke",
                "warm_up: true|warm_up: perhaps",
            })
    void whatAPlanMayNotSayItDoesNotAllow(String change) {
        String[] parts = change.split("\\|");
        String text = Plans.text("smoke");

        assertThat(text).contains(parts[0]);
        assertThat(problems(text.replace(parts[0], parts[1]))).isNotEmpty();
    }

    @Test
    void itNamesExactlyTheEndpointsAndFactsThatThereAre() throws IOException {
        JsonNode schema = JSON.readTree(Plans.schema());
        List<String> endpoints = new ArrayList<>();
        schema.at("/$defs/endpoint/enum").forEach(each -> endpoints.add(each.asText()));
        List<String> facts = new ArrayList<>();
        schema.at("/$defs/measure/anyOf/3/enum").forEach(each -> facts.add(each.asText()));

        assertThat(endpoints)
                .containsExactlyElementsOf(Arrays.stream(Endpoint.values())
                        .filter(each -> each != Endpoint.CONTACTS_IMPORT)
                        .map(Endpoint::spelling)
                        .toList());
        assertThat(facts)
                .containsExactlyElementsOf(
                        Arrays.stream(Fact.values()).map(Fact::spelling).toList());
    }
}
