package io.mailblast.console;

import io.mailblast.auth.BrowserSessions;
import io.mailblast.auth.BrowserSessions.Visitor;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.LocalApi;
import java.util.HashMap;
import java.util.Map;

/// One request of somebody who is signed in: who it is, what is asked, and the API in that person's name.
final class Visit {

    private final Call call;
    private final Visitor visitor;
    private final String cookie;
    private final BrowserSessions sessions;
    private final LocalApi api;
    private final Pages pages;
    private final Assets assets;

    Visit(
            Call call,
            Visitor visitor,
            String cookie,
            BrowserSessions sessions,
            LocalApi api,
            Pages pages,
            Assets assets) {
        this.call = call;
        this.visitor = visitor;
        this.cookie = cookie;
        this.sessions = sessions;
        this.api = api;
        this.pages = pages;
        this.assets = assets;
    }

    Call call() {
        return call;
    }

    Visitor visitor() {
        return visitor;
    }

    /// Whether the session goes on, for what takes longer than a request.
    boolean stillThere() {
        return sessions.check(cookie).isPresent();
    }

    /// Asks the API in this person's name.
    LocalApi.Ask ask(String operation) {
        return api.as(visitor.principal()).ask(operation);
    }

    long id() {
        return call.id();
    }

    /// A query parameter, or an empty text.
    String query(String name) {
        return call.query(name).orElse("");
    }

    /// What a template that lists and pages needs: the rows, the cursor that led here, and the next one, empty at the
    /// end.
    Map<String, Object> rows(LocalApi.Page page) {
        String next = page.next();
        Map<String, Object> values = new HashMap<>();
        values.put("rows", Row.all(page.rows()));
        values.put("cursor", query("cursor"));
        values.put("next", next == null ? "" : next);
        return values;
    }

    Shell shell(String title, String section) {
        return new Shell(
                title,
                section,
                visitor.email(),
                visitor.workspace(),
                visitor.principal().operator(),
                Csrf.token(cookie),
                Note.text(query("done")),
                assets);
    }

    Answer page(String template, Shell shell, Map<String, Object> values) {
        return page(200, template, shell, values);
    }

    Answer page(int status, String template, Shell shell, Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("shell", shell);
        return pages.page(call, status, template, all);
    }

    /// A part of a page, for a script to put in.
    Answer piece(String template, Map<String, Object> values) {
        return pages.piece(call, template, values);
    }

    String render(String template, Map<String, Object> values) {
        return pages.render(template, values);
    }

    /// A mail's own HTML, for a frame.
    Answer mail(String html) {
        return pages.mail(call, html);
    }

    /// Goes on to another page, which says what was done.
    Answer go(String path, Note note) {
        return pages.secured(
                Answer.seeOther(path + (path.contains("?") ? "&" : "?") + "done=" + note.word()), Pages.POLICY);
    }

    Answer go(String path) {
        return pages.secured(Answer.seeOther(path), Pages.POLICY);
    }
}
