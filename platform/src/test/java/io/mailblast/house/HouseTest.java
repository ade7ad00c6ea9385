package io.mailblast.house;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// A package is a feature, and features see of each other only what the two ways of data through the house need.
class HouseTest {

    private static final JavaClasses PLATFORM = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mailblast");

    /// What each package may see beside itself and the JDK's and libraries' classes.
    private static final Map<String, List<String>> SEES = Map.ofEntries(
            Map.entry("db", List.of()),
            Map.entry("key", List.of()),
            Map.entry("archive", List.of("db", "thread")),
            Map.entry("mime", List.of()),
            Map.entry("thread", List.of()),
            Map.entry("http", List.of("db")),
            Map.entry("auth", List.of("db", "http", "key", "audience")),
            Map.entry("audience", List.of("db", "http")),
            Map.entry("content", List.of("http", "key", "mime")),
            Map.entry("campaign", List.of("db", "http", "content")),
            Map.entry("delivery", List.of("mime")),
            Map.entry("installation", List.of("db", "http", "key")),
            Map.entry(
                    "sending",
                    List.of("db", "archive", "http", "content", "delivery", "mime", "key", "installation", "thread")),
            Map.entry("event", List.of("db", "archive", "http", "key", "audience", "thread")),
            Map.entry("tracking", List.of("db", "http", "key", "event", "audience")),
            Map.entry("bounce", List.of("db", "http", "key", "event")),
            Map.entry("webhook", List.of("db", "http", "key", "event")),
            Map.entry("analytics", List.of("db", "http", "event")),
            Map.entry("monitoring", List.of("db", "http")),
            Map.entry("console", List.of("http", "auth")),
            Map.entry("history", List.of("db", "http", "thread")),
            Map.entry("alerting", List.of("db", "http", "monitoring", "thread")),
            Map.entry("report", List.of("db", "http", "monitoring", "history", "alerting", "thread")));

    @TestFactory
    Stream<DynamicTest> aFeatureSeesOnlyWhatItMay() {
        return SEES.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    String[] others = SEES.keySet().stream()
                            .filter(name -> !name.equals(entry.getKey())
                                    && !entry.getValue().contains(name))
                            .map(name -> "io.mailblast." + name + "..")
                            .toArray(String[]::new);
                    noClasses()
                            .that(resideInAPackage("io.mailblast." + entry.getKey() + ".."))
                            .should()
                            .dependOnClassesThat(resideInAnyPackage(others).or(resideInAPackage("io.mailblast.app..")))
                            .check(PLATFORM);
                }));
    }

    @Test
    void everyPackageIsInThePlan() {
        Assertions.assertThat(PLATFORM.stream()
                        .map(type -> type.getPackageName()
                                .replaceFirst("^io\\.mailblast\\.?", "")
                                .replaceFirst("\\..*$", ""))
                        .filter(name -> !name.isEmpty())
                        .distinct())
                .allMatch(name -> name.equals("app") || SEES.containsKey(name));
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("io.mailblast.(*)..").should().beFreeOfCycles().check(PLATFORM);
    }

    @Test
    void sqlRunsWhereItIsWritten() {
        ArchRule rule = noClasses()
                .that(resideInAnyPackage("io.mailblast.content..", "io.mailblast.delivery..", "io.mailblast.key.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.sql..", "org.jdbi.."));
        rule.check(PLATFORM);
    }

    /// Virtual threads that do can all stop for good (docs/decisions/020-no-object-wait.md).
    @Test
    void nobodyWaitsInObjectWait() {
        noClasses()
                .should()
                .callMethod(Object.class, "wait")
                .orShould()
                .callMethod(Object.class, "wait", long.class)
                .orShould()
                .callMethod(Object.class, "wait", long.class, int.class)
                .orShould()
                .callMethod(TimeUnit.class, "timedWait", Object.class, long.class)
                .check(PLATFORM);
    }

    @Test
    void providersAreKnownInDeliveryOnly() {
        noClasses()
                .that(resideInAPackage("io.mailblast..")
                        .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                resideInAPackage("io.mailblast.delivery.."))))
                .should()
                .dependOnClassesThat(resideInAPackage("software.amazon.."))
                .check(PLATFORM);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .that(alwaysTrue())
                .should()
                .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)")
                .check(PLATFORM);
    }

    @Test
    void nothingWritesToStandardOutputButTheCommands() {
        noClasses()
                .that(resideInAPackage("io.mailblast..")
                        .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                resideInAnyPackage("io.mailblast.app..", "io.mailblast.monitoring.."))))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(PLATFORM);
    }

    @Test
    void featuresAreFinal() {
        classes()
                .that()
                .implement(io.mailblast.http.Feature.class)
                .and()
                .areTopLevelClasses()
                .should()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
                .check(PLATFORM);
    }
}
