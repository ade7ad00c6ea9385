package io.mailblast.validation.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.observe.Timeline;
import io.mailblast.validation.plan.Series;
import io.mailblast.validation.run.RunResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.Base64;

/// Everything that was seen, a line each: of each second and kind of request the outcomes and the histogram
/// (HdrHistogram's compressed form in base64, microseconds), and every value of the series.
final class SampleLines {

    private SampleLines() {}

    static void write(RunResult result, BufferedWriter out) throws IOException {
        for (Recording.Line line : result.evidence().recording().lines()) {
            ObjectNode json = ApiClient.JSON
                    .createObjectNode()
                    .put("second", line.second())
                    .put("request", line.kind());
            ObjectNode outcomes = json.putObject("outcomes");
            line.outcomes().forEach((outcome, count) -> outcomes.put(outcome.words(), count));
            json.put("histogram", Base64.getEncoder().encodeToString(line.histogram()));
            out.write(json + "\n");
        }
        for (Series series : result.evidence().timeline().known()) {
            for (Timeline.Point point : result.evidence().timeline().of(series)) {
                out.write(ApiClient.JSON
                                .createObjectNode()
                                .put("second", Math.round(point.second() * 1_000) / 1_000.0)
                                .put("series", series.spelling())
                                .put("value", point.value())
                        + "\n");
            }
        }
    }
}
