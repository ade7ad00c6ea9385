package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What lies in `deploy/prometheus`, `deploy/alertmanager` and `deploy/grafana` is what `alerts.yaml` makes. With
/// `REGENERATE_DOCS=1` it is written anew, as `./mailblast alerts export` does for an installation with rules
/// of its own.
class DeployFilesTest {

    private static final Path FOLDER = Path.of("..", "deploy");

    @TestFactory
    Stream<DynamicTest> aFileIsAsTheAlertsMakeIt() {
        return AlertFiles.render(AlertRules.shipped(), AlertingConfig.DEFAULTS).entrySet().stream()
                .map(file -> DynamicTest.dynamicTest(file.getKey(), () -> {
                    Path target = FOLDER.resolve(file.getKey());
                    if ("1".equals(System.getenv("REGENERATE_DOCS"))) {
                        Files.createDirectories(target.getParent());
                        Files.writeString(target, file.getValue());
                    }

                    assertThat(target)
                            .as(
                                    "deploy/%s is behind alerts.yaml; run `REGENERATE_DOCS=1 ./mailblast test %s` and commit what changed",
                                    file.getKey(), DeployFilesTest.class.getSimpleName())
                            .exists()
                            .hasContent(file.getValue());
                }));
    }
}
