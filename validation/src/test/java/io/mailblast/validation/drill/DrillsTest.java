package io.mailblast.validation.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.mailblast.validation.plan.Drill;
import io.mailblast.validation.plan.Kpi;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanException;
import io.mailblast.validation.plan.Plans;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class DrillsTest {

    private static final Path ALERTS = Path.of("..", "platform", "src", "main", "resources", "alerts.yaml");
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(Plans.schema());

    static Iterable<String> shipped() {
        return Drills.shipped();
    }

    private static String text(String name) throws IOException {
        try (InputStream in = Drills.class.getResourceAsStream(name + ".yaml")) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyDrillThatComesAlongNamesAFaultAndAlertsThatThereAre(String name) throws IOException {
        Drill drill = Drills.load(name).drill().orElseThrow();
        Set<String> alerts = Pattern.compile("- name: (.+)")
                .matcher(Files.readString(ALERTS))
                .results()
                .map((MatchResult found) -> found.group(1).strip())
                .collect(Collectors.toSet());

        assertThat(Faults.named(drill.fault())).isPresent();
        assertThat(alerts).containsAll(drill.expected()).containsAll(drill.allowed());
        assertThat(alerts).containsAll(drill.sabotage().disabled());
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyDrillThatComesAlongFitsTheSchema(String name) throws IOException {
        Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(text(name));

        assertThat(SCHEMA.validate(new ObjectMapper().valueToTree(loaded))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyDrillIsHeldToItsRecoveryAndToItsNumbers(String name) {
        Plan plan = Drills.load(name);

        assertThat(plan.kpis()).extracting(Kpi::id).contains("recovery", "integrity");
        assertThat(plan.name()).isEqualTo(name);
    }

    @Test
    void everyFaultIsOfSomeDrill() {
        Set<String> used = Drills.shipped().stream()
                .map(name -> Drills.load(name).drill().orElseThrow().fault())
                .collect(Collectors.toSet());

        assertThat(Faults.all()).extracting(Fault::name).containsExactlyInAnyOrderElementsOf(used);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fault: worker-killed|fault: perpetual-motion|there is no fault 'perpetual-motion'",
                "  alerts: [Worker Crash]|  alerts: [Worker Crash]\n  alarms: [A]|there is no key 'alarms'",
                "  allowed: [|  allowed: [Worker Crash, |'Worker Crash' is among 'alerts' already",
                "    without_alerts: [Worker Crash]||it sabotages nothing",
                "    red: [\"The right alerts fire\"]||'red' is missing",
                "setup:|phases: []\nsetup:|a drill has phases of its own",
                "  fault: worker-killed|  fault: worker-killed\n  lasts: long|'long' is not allowed here",
            })
    void whatIsWrongInADrillIsSaidWithItsLine(String change, @TempDir Path folder) throws IOException {
        String[] parts = change.split("\\|");
        String what = parts[0];
        String good = text("worker-crash");
        assertThat(good).contains(what);
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, good.replace(what, parts[1]));

        assertThatThrownBy(() -> Drills.load(file.toString()))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining(parts[2]);
    }

    @Test
    void aDrillIsNoLoadPlan(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, text("worker-crash"));

        assertThatThrownBy(() -> Plans.load(file.toString()))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("run it with ./mailblast drill");
    }

    @Test
    void aLoadPlanIsNoDrillAndNobodyElsesNameIsOne(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("smoke.yaml");
        Files.writeString(file, Plans.text("smoke"));

        assertThatThrownBy(() -> Drills.load(file.toString())).hasMessageContaining("./mailblast validate");
        assertThatThrownBy(() -> Drills.load("perpetual-motion")).hasMessageContaining("worker-crash");
        assertThatThrownBy(() -> Drills.load(folder.resolve("none.yaml").toString()))
                .hasMessageContaining("there is no such file");
    }
}
