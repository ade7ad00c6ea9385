package io.mailblast.simulator.inbox;

/// Text that becomes part of a page. Whatever is not written in this package goes through [#text].
final class Html {

    private final StringBuilder page = new StringBuilder(8192);

    /// Adds markup of our own.
    Html raw(String markup) {
        page.append(markup);
        return this;
    }

    /// Adds text from anywhere, safe in content and in quoted attributes. Control characters become spaces.
    Html text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> page.append("&amp;");
                case '<' -> page.append("&lt;");
                case '>' -> page.append("&gt;");
                case '"' -> page.append("&quot;");
                case '\'' -> page.append("&#39;");
                default -> page.append(c < 0x20 && c != '\n' && c != '\t' ? ' ' : c);
            }
        }
        return this;
    }

    static Html page(String title) {
        return new Html()
                .raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>")
                .text(title)
                .raw("</title><link rel=\"stylesheet\" href=\"/inbox.css\"></head><body>");
    }

    String end() {
        return page.append("</body></html>").toString();
    }
}
