package io.mailblast.content;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.EscapingStrategy;
import com.github.jknack.handlebars.Handlebars;
import com.github.jknack.handlebars.HandlebarsException;
import com.github.jknack.handlebars.Helper;
import com.github.jknack.handlebars.Options;
import com.github.jknack.handlebars.Template;
import com.github.jknack.handlebars.helper.DefaultHelperRegistry;
import com.github.jknack.handlebars.io.AbstractTemplateLoader;
import com.github.jknack.handlebars.io.TemplateSource;
import io.mailblast.key.LinkSigner;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.parser.Parser;

/// Compiles and renders personalised text: Handlebars, reduced to what is safe in the hands of whoever writes
/// campaigns.
///
/// Values come from maps only (no reflection, no method calls); of the helpers there are `if`, `unless`,
/// `each`, `with`, `lookup` and `default`; there are no partials, and `{{{…}}}`, which would not escape, is
/// refused. A default is written `{{ first_name | default: "there" }}` or `{{default first_name "there"}}`.
public final class TemplateEngine {

    private static final Set<String> HELPERS = Set.of("if", "unless", "each", "with", "lookup");
    private static final Pattern PIPED_DEFAULT =
            Pattern.compile("\\{\\{\\s*([A-Za-z_][\\w.]*)\\s*\\|\\s*default:\\s*(\"[^\"}]*\"|'[^'}]*')\\s*}}");
    private static final Pattern UNESCAPED = Pattern.compile("\\{\\{(\\{|~?&)");
    private static final String TOO_DEEP = "its blocks are nested too deeply";
    /// Controls of ASCII and Latin-1, and the line ends of Unicode.
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]+");

    private static final Set<String> HELPER_NAMES = helperNames();

    private final Handlebars html = handlebars(EscapingStrategy.HTML_ENTITY);
    private final Handlebars text = handlebars(EscapingStrategy.NOOP);

    /// What a template makes.
    public enum Kind {
        /// Values are escaped for HTML.
        HTML,
        /// Values stand as they are.
        TEXT,
        /// Values stand as they are, on one line: whatever would end a mail header becomes a space.
        HEADER
    }

    /// A template in the form that renders fast. Safe to use from many threads.
    public static final class Compiled {

        private final Template template;
        private final Optional<List<TemplatePieces.Piece>> pieces;
        private final Kind kind;

        private Compiled(Template template, Optional<List<TemplatePieces.Piece>> pieces, Kind kind) {
            this.template = template;
            this.pieces = pieces;
            this.kind = kind;
        }

        /// @throws TemplateException when a value or the template's logic fails, takes too long or makes too
        ///     much
        public String render(Map<String, ?> values) {
            String rendered = pieces.map(parts -> joined(parts, values)).orElseGet(() -> byEngine(values));
            return kind == Kind.HEADER ? oneLine(rendered) : rendered;
        }

        /// Its text and values where it has nothing else.
        Optional<List<TemplatePieces.Piece>> pieces() {
            return pieces;
        }

        Kind kind() {
            return kind;
        }

        EscapingStrategy escaping() {
            return kind == Kind.HTML ? EscapingStrategy.HTML_ENTITY : EscapingStrategy.NOOP;
        }

        private String joined(List<TemplatePieces.Piece> parts, Map<String, ?> values) {
            StringBuilder joined = new StringBuilder();
            for (TemplatePieces.Piece piece : parts) {
                joined.append(
                        switch (piece) {
                            case TemplatePieces.Literal literal -> literal.text();
                            case TemplatePieces.Slot slot -> slot.value(values, escaping());
                        });
                RenderGuard.mustFit(joined.length());
            }
            return joined.toString();
        }

        String byEngine(Map<String, ?> values) {
            try {
                RenderGuard guard = new RenderGuard();
                template.apply(Context.newBuilder(values).resolver(guard).build(), guard);
                return guard.toString();
            } catch (HandlebarsException e) {
                throw e.getCause() instanceof TemplateException own ? own : TemplateException.of(e);
            } catch (StackOverflowError e) {
                throw new TemplateException(0, 0, TOO_DEEP);
            } catch (IOException e) {
                throw new TemplateException(0, 0, String.valueOf(e.getMessage()));
            }
        }
    }

    /// @throws TemplateException with line and column
    public Compiled compile(String source, Kind kind) {
        Matcher unescaped = UNESCAPED.matcher(source);
        if (unescaped.find()) {
            throw TemplateException.at(
                    source, unescaped.start(), "values are always escaped here: write {{name}} with two braces");
        }
        String plain = PIPED_DEFAULT.matcher(source).replaceAll("{{default $1 $2}}");
        try {
            Template template = (kind == Kind.HTML ? html : text).compileInline(plain);
            return new Compiled(template, TemplatePieces.of(plain, HELPER_NAMES), kind);
        } catch (HandlebarsException e) {
            throw TemplateException.of(e);
        } catch (StackOverflowError e) {
            throw new TemplateException(1, 1, TOO_DEEP);
        } catch (IOException e) {
            throw new TemplateException(1, 1, "other templates cannot be included here");
        }
    }

    /// Nothing that could end a header field, whoever decodes it.
    static String oneLine(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
                return CONTROL.matcher(text).replaceAll(" ");
            }
        }
        return text;
    }

    private static Set<String> helperNames() {
        return new DefaultHelperRegistry()
                .helpers().stream().map(Map.Entry::getKey).collect(Collectors.toUnmodifiableSet());
    }

    private static Handlebars handlebars(EscapingStrategy escaping) {
        DefaultHelperRegistry registry = new DefaultHelperRegistry();
        for (Map.Entry<String, Helper<?>> helper : Set.copyOf(registry.helpers())) {
            if (!HELPERS.contains(helper.getKey())) {
                registry.registerHelper(helper.getKey(), TemplateEngine::unknown);
            }
        }
        Helper<Object> defaulting =
                (value, options) -> value == null || value.toString().isEmpty() ? options.param(0, "") : value;
        registry.registerHelper("default", defaulting);
        registry.registerHelper(LinkRewriter.CLICK_HELPER, TemplateEngine::click);
        return new Handlebars(new NoPartials())
                .with(registry)
                .with(escaping)
                .infiniteLoops(false)
                .preEvaluatePartialBlocks(false);
    }

    private static Object unknown(Object value, Options options) {
        throw new IllegalArgumentException("there is no helper " + options.helperName);
    }

    /// The tracked form of a link that is personalised itself, so that it differs from recipient to recipient.
    private static Object click(Object links, Options options) throws IOException {
        String url = Parser.unescapeEntities(options.fn(options.context).toString(), true);
        return new Handlebars.SafeString(((MessageLinks) links)
                .click(url.strip(), options.param(0, LinkSigner.NO_PLACE))
                .replace("&", "&amp;"));
    }

    private static final class NoPartials extends AbstractTemplateLoader {
        @Override
        public TemplateSource sourceAt(String location) throws IOException {
            throw new IOException("no partials");
        }
    }
}
