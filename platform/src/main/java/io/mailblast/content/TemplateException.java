package io.mailblast.content;

import com.github.jknack.handlebars.HandlebarsError;
import com.github.jknack.handlebars.HandlebarsException;

/// A template that does not compile or render. The message is fit for whoever wrote the template.
public final class TemplateException extends RuntimeException {

    private final int line;
    private final int column;

    TemplateException(int line, int column, String reason) {
        super(line > 0 ? "line " + line + ", column " + column + ": " + reason : reason);
        this.line = line;
        this.column = column;
    }

    static TemplateException of(HandlebarsException e) {
        HandlebarsError error = e.getError();
        if (error == null) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return new TemplateException(0, 0, String.valueOf(cause.getMessage()));
        }
        String reason = error.reason == null ? "not a template" : error.reason.strip();
        if (reason.startsWith("The partial")) {
            reason = "other templates cannot be included here";
        }
        return new TemplateException(error.line, error.column + 1, reason);
    }

    static TemplateException at(String source, int position, String reason) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < position; i++) {
            if (source.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new TemplateException(line, position - lineStart + 1, reason);
    }

    /// From 1; 0 where it is not known.
    public int line() {
        return line;
    }

    /// From 1; 0 where it is not known.
    public int column() {
        return column;
    }
}
