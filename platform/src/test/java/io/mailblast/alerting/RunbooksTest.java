package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.db.ConnectionTarget;
import io.mailblast.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// `docs/runbooks`: a page for each alert that comes with MailBlast, called as it is, and no other.
class RunbooksTest {

    private static final TestDatabase DB = TestDatabase.create();

    @AfterAll
    static void closeDatabase() {
        DB.close();
    }

    private static final Path FOLDER = Path.of("..", "docs", "runbooks");
    private static final Pattern LINK = Pattern.compile("]\\(([a-z0-9./-]+)(?:#[a-z0-9-]+)?\\)");
    private static final Pattern STATEMENT = Pattern.compile("db -c \"([^\"]+)\"");
    private static final Pattern METRIC = Pattern.compile("mailblast_signal_[a-z0-9_]+");

    @Test
    void everyAlertHasItsRunbookAndNoRunbookLacksItsAlert() throws IOException {
        Set<String> named = rules().stream().map(AlertRule::runbook).collect(Collectors.toCollection(TreeSet::new));

        assertThat(pages()).isEqualTo(named);
        assertThat(rules()).allSatisfy(rule -> assertThat(rule.runbook()).isEqualTo(called(rule)));
    }

    @TestFactory
    Stream<DynamicTest> aRunbookSaysWhatItMeansWhereToLookAndWhatToDo() {
        return rules().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.runbook(), () -> {
                    String page = Files.readString(FOLDER.resolve(rule.runbook() + ".md"));

                    assertThat(page)
                            .startsWith("# " + rule.name() + "\n")
                            .contains("`" + rule.expression() + "`")
                            .contains("\n## What it means\n", "\n## Look\n", "\n## Mend\n", "\n```sh\n");
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatARunbookNamesIsThere() {
        Set<String> metrics =
                rules().stream().map(rule -> rule.signal().metric()).collect(Collectors.toSet());
        return rules().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.runbook(), () -> {
                    String page = Files.readString(FOLDER.resolve(rule.runbook() + ".md"));

                    assertThat(LINK.matcher(page).results().map(link -> FOLDER.resolve(link.group(1))))
                            .allSatisfy(target -> assertThat(target).exists());
                    assertThat(METRIC.matcher(page).results().map(name -> name.group()))
                            .allMatch(named -> metrics.stream().anyMatch(metric -> metric.startsWith(named)));
                }));
    }

    /// But for an extension that not everybody has.
    @TestFactory
    Stream<DynamicTest> aStatementOfARunbookIsOneThatTheDatabaseTakes() throws IOException {
        Map<String, String> statements = new TreeMap<>();
        for (String page : pages()) {
            STATEMENT
                    .matcher(Files.readString(FOLDER.resolve(page + ".md")))
                    .results()
                    .map(statement -> statement.group(1))
                    .filter(statement -> !statement.contains("pg_stat_statements"))
                    .forEach(statement -> statements.put(filled(statement), page));
        }
        assertThat(statements).hasSizeGreaterThan(25);
        return statements.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getValue() + ": " + entry.getKey(), () -> execute(entry.getKey())));
    }

    private static String filled(String statement) {
        return statement.replace("CAMPAIGN", "1").replace("TABLE", "event_hour").replaceAll("\\b(?:ID|PID)\\b", "0");
    }

    /// Outside of a transaction, as by `psql -c`.
    private static void execute(String sql) throws SQLException {
        ConnectionTarget target = DB.target();
        try (Connection connection = DriverManager.getConnection(target.jdbcUrl(), target.user(), target.password());
                Statement statement = connection.createStatement()) {
            boolean _ = statement.execute(sql);
        }
    }

    private static List<AlertRule> rules() {
        return AlertRules.shipped().rules();
    }

    private static Set<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("README.md"))
                    .map(name -> name.replaceFirst("\\.md$", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String called(AlertRule rule) {
        return rule.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
