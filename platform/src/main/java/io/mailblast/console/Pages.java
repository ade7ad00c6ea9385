package io.mailblast.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Makes pages of templates, and says with each what a browser may do with it.
final class Pages {

    /// Nothing but what this server itself serves, and no script or style within a page.
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
            + " frame-ancestors 'none'";

    /// A newsletter keeps its own styles and pictures, runs nothing, and is a stranger to the page around it.
    static final String MAIL_POLICY =
            "sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'"
                    + " http: https:; font-src http: https: data:; frame-ancestors 'self'; form-action 'none'; base-uri 'none'";

    private static final int WORTH_COMPRESSING = 1_024;

    private final TemplateEngine engine = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Pages.class.getClassLoader(), Pages.class.getPackageName());
    private final boolean secure;

    /// @param secure whether browsers come over https
    Pages(boolean secure) {
        this.secure = secure;
    }

    String render(String template, Map<String, Object> values) {
        StringOutput out = new StringOutput(8 << 10);
        engine.render(template + ".jte", values, out);
        return out.toString();
    }

    /// @param call that is answered
    Answer page(Call call, int status, String template, Map<String, Object> values) {
        return secured(html(call, status, render(template, values)), POLICY)
                .with("X-Frame-Options", "DENY")
                .with("Cross-Origin-Opener-Policy", "same-origin");
    }

    /// A piece that a script puts into its page.
    Answer piece(Call call, String template, Map<String, Object> values) {
        return secured(html(call, 200, render(template, values)), POLICY);
    }

    /// A mail's own HTML, for a frame.
    Answer mail(Call call, String html) {
        return secured(html(call, 200, html), MAIL_POLICY).with("X-Frame-Options", "SAMEORIGIN");
    }

    Answer secured(Answer answer, String policy) {
        Answer secured = answer.with("Content-Security-Policy", policy)
                .with("Referrer-Policy", "same-origin")
                .with("Cross-Origin-Resource-Policy", "same-origin")
                .with("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
                .with("Cache-Control", "no-store");
        return secure ? secured.with("Strict-Transport-Security", "max-age=31536000") : secured;
    }

    boolean secure() {
        return secure;
    }

    /// The token in it is masked anew each time, so compressing tells nobody its letters (BREACH).
    private static Answer html(Call call, int status, String page) {
        byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
        boolean compress = bytes.length >= WORTH_COMPRESSING && takesGzip(call);
        Answer answer = Answer.bytes(status, "text/html; charset=utf-8", compress ? Assets.compressed(bytes) : bytes)
                .with("Vary", "Accept-Encoding, HX-Request");
        return compress ? answer.with("Content-Encoding", "gzip") : answer;
    }

    static boolean takesGzip(Call call) {
        return call.header("Accept-Encoding").orElse("").contains("gzip");
    }
}
