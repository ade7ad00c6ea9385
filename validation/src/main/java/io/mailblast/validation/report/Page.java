package io.mailblast.validation.report;

import io.mailblast.validation.Bundled;

/// A page of a report: one self-contained HTML file that loads nothing.
public final class Page {

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            """;

    private Page() {}

    /// @param title as text
    /// @param body as HTML
    public static String of(String title, String body) {
        return HEAD + "<title>" + escape(title) + "</title>\n<style>\n" + Bundled.text(Page.class, "report.css")
                + "</style></head><body>\n" + body + "</body></html>\n";
    }

    /// Text as HTML has it.
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
