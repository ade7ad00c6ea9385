package io.mailblast.validation.checklist;

import io.mailblast.validation.checklist.Finding.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// What the tests of this tree came to when they last ran: the XML that Maven's Surefire leaves for each class.
final class TestReports {

    private static final List<String> MODULES = List.of("platform", "simulator", "validation", "cli");

    private TestReports() {}

    /// @param root of the project
    /// @param complaints told of each file that cannot be read
    /// @return a finding for each class, by its simple name; classes that share one are one, as good as the worst
    static List<Finding> read(Path root, Consumer<String> complaints) {
        Map<String, Finding> byName = new HashMap<>();
        for (String module : MODULES) {
            Path folder = root.resolve(module).resolve("target").resolve("surefire-reports");
            for (Path file : files(folder, complaints)) {
                try {
                    Finding finding = finding(file);
                    byName.merge(finding.name(), finding, TestReports::worse);
                } catch (IOException | XMLStreamException | NumberFormatException e) {
                    complaints.accept("Not read: " + file + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
                }
            }
        }
        return new ArrayList<>(byName.values());
    }

    private static List<Path> files(Path folder, Consumer<String> complaints) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            complaints.accept("Not read: " + folder + ": " + e.getMessage());
            return List.of();
        }
    }

    private static Finding finding(Path file) throws IOException, XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            int _ = xml.nextTag();
            int bad = number(xml, "failures") + number(xml, "errors");
            int good = number(xml, "tests") - bad - number(xml, "skipped");
            Instant at = Files.getLastModifiedTime(file).toInstant();
            return new Finding(
                    Source.TEST,
                    xml.getAttributeValue(null, "name")
                            .replaceFirst(".*\\.", "")
                            .replaceFirst("\\$.*", ""),
                    at,
                    1,
                    bad > 0 ? Outcome.FAIL : good > 0 ? Outcome.PASS : Outcome.NOTHING,
                    Map.of(),
                    file);
        }
    }

    private static int number(XMLStreamReader xml, String attribute) {
        return Integer.parseInt(xml.getAttributeValue(null, attribute));
    }

    private static Finding worse(Finding one, Finding other) {
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(Finding finding) {
        return switch (finding.outcome()) {
            case FAIL -> 2;
            case NOTHING -> 1;
            case PASS -> 0;
        };
    }
}
