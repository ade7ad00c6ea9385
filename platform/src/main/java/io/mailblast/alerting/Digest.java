package io.mailblast.alerting;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// A report for receivers of notifications: nothing is wrong, and nobody has to acknowledge it.
///
/// @param subject one line
/// @param summary a few sentences, for where there is little room
/// @param text all of it
/// @param html all of it, as a page that loads nothing
/// @param data all of it, for programs
/// @param console where people look further, a URL without a slash at its end
public record Digest(String subject, List<String> summary, String text, String html, JsonNode data, String console) {

    public Digest {
        summary = List.copyOf(summary);
    }
}
