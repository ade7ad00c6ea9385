package io.mailblast.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.alerting.Digest;
import io.mailblast.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// A report in every form.
public final class MadeReport {

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Report report;

    MadeReport(Report report) {
        this.report = report;
    }

    /// As Markdown.
    public String text() {
        return ReportText.of(report);
    }

    /// For programs, as `GET /reports/{period}` has it.
    public JsonNode data() {
        return Json.MAPPER.valueToTree(ReportJson.of(report));
    }

    /// For receivers of notifications.
    ///
    /// @param console where people look further, a URL without a slash at its end
    public Digest digest(String console) {
        return new Digest(
                ReportWords.title(report),
                ReportWords.summary(report),
                text(),
                ReportPage.of(report, ReportPage.For.MAIL),
                data(),
                console);
    }

    /// Writes all forms to a folder of their own.
    ///
    /// @param reports where such folders lie
    /// @return the page for people
    /// @throws IOException when the disk does not take it
    public Path write(Path reports) throws IOException {
        String name = "report-" + report.period().spelling() + "-"
                + NAME.format(report.to().atOffset(ZoneOffset.UTC));
        Path folder = Files.createDirectories(reports.resolve(name));
        Files.writeString(folder.resolve("report.md"), text());
        Files.writeString(folder.resolve("report.json"), data().toPrettyString() + "\n");
        return Files.writeString(folder.resolve("report.html"), ReportPage.of(report, ReportPage.For.BROWSER));
    }
}
