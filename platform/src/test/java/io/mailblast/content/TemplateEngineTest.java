package io.mailblast.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateEngineTest {

    private static final List<String> PARTS = List.of(
            "{{name}}",
            "{{ name }}",
            "{{a.b}}",
            "{{a.b.c}}",
            "{{missing}}",
            "{{name | default: \"you\"}}",
            "{{ missing | default: 'a <b> & \"c\"' }}",
            "{{default empty \"x\"}}",
            "{{number}}",
            "{{flag}}",
            "{{list}}",
            "text",
            "\n",
            "  ",
            "<p class=\"x\">",
            "é€😀",
            "}",
            "{ ",
            "\\",
            "name");

    private final TemplateEngine engine = new TemplateEngine();

    @ParameterizedTest
    @EnumSource
    void textAndValuesCutUpSayWhatTheEngineSays(TemplateEngine.Kind kind) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, Object> values = new HashMap<>(Map.of(
                "name",
                "A & <b> \"q\" 'r' `s` = é",
                "a",
                Map.of("b", "deep"),
                "empty",
                "",
                "number",
                12.50,
                "flag",
                false,
                "list",
                List.of(1, "<2>")));
        values.put("nothing", null);
        for (int i = 0; i < 500; i++) {
            List<String> parts = new ArrayList<>(Collections.nCopies(random.nextInt(1, 12), ""));
            parts.replaceAll(part -> PARTS.get(random.nextInt(PARTS.size())));
            // What stands next to a tag's braces must not make another kind of tag.
            String source = String.join("", parts)
                    .replace("{{{", "{ {{")
                    .replace("}}}", "}} }")
                    .replace("\\{{", "\\ {{");
            TemplateEngine.Compiled compiled = engine.compile(source, kind);
            assertThat(compiled.pieces()).as("seed %s: %s", seed, source).isPresent();
            String byEngine = compiled.byEngine(values);
            assertThat(compiled.render(values))
                    .as("seed %s: %s", seed, source)
                    .isEqualTo(kind == TemplateEngine.Kind.HEADER ? byEngine.replaceAll("\\p{Cntrl}+", " ") : byEngine);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{{#if a}}x{{/if}}", "{{! note }}", "\\{{name}}", "{{this}}", "{{~name}}", "{{lookup a 'b'}}"})
    void whatNeedsTheEngineIsNotCutUp(String source) {
        assertThat(engine.compile(source, TemplateEngine.Kind.HTML).pieces()).isEmpty();
    }

    @Test
    void aTemplateThatMakesTooMuchIsStopped() {
        TemplateEngine.Compiled compiled =
                engine.compile("{{#each a}}" + "0123456789".repeat(100_000) + "{{/each}}", TemplateEngine.Kind.TEXT);

        assertThatThrownBy(() -> compiled.render(Map.of("a", Collections.nCopies(10, "x"))))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("characters");
    }

    @Test
    void aTemplateThatLoopsWithoutEndIsStopped() {
        TemplateEngine.Compiled compiled = engine.compile(
                "{{#each a}}{{#each ../a}}{{#each ../../a}}{{nothing}}{{/each}}{{/each}}{{/each}}",
                TemplateEngine.Kind.TEXT);

        assertThatThrownBy(() -> compiled.render(Map.of("a", Collections.nCopies(5_000, "x"))))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("takes longer");
    }
}
