package io.mailblast.cli;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/// The Chromium of this machine, driven as a person would. Without one, tests are skipped with a word; where
/// `MAILBLAST_CONFORMANCE=1` says that the programs of others are there, its absence is a failure.
final class Chromium implements AutoCloseable {

    private static final List<Path> PLACES = List.of(
            Path.of("/usr/bin/chromium"),
            Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"),
            Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"));

    /// What a condition is waited for on a machine that is busy with other things.
    private static final double PATIENCE_MS = 60_000;

    private static final String VIOLATIONS = """
            async () => {
              const found = await axe.run(document, {resultTypes: ['violations'], iframes: false,
                runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']});
              return found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
                .map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + ' ' +
                  node.any.concat(node.all).map(check => check.message).join(' ')).join(' | '));
            }
            """;

    private final Playwright playwright;
    private final Browser browser;
    private final String axe = axe();

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chromium start() {
        Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (program == null && "1".equals(System.getenv("MAILBLAST_CONFORMANCE"))) {
            throw new AssertionError("MAILBLAST_CONFORMANCE=1 asks for this test, and there is no Chromium here");
        }
        Assumptions.assumeTrue(program != null, "skipped: there is no Chromium here (apt-get install chromium)");
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new Chromium(
                playwright,
                playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(program)
                                .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage"))));
    }

    /// A person's browser: its pages, cookies and what went wrong in them.
    static final class Person implements AutoCloseable {

        private final BrowserContext context;
        private final Page page;
        private final List<String> complaints = new ArrayList<>();

        private Person(BrowserContext context) {
            this.context = context;
            context.setDefaultTimeout(PATIENCE_MS);
            this.page = context.newPage();
            page.onPageError(complaints::add);
            page.onDialog(dialog -> {
                if (!dialog.type().equals("beforeunload")) {
                    complaints.add("a dialog: " + dialog.message());
                }
                dialog.accept();
            });
            page.onConsoleMessage(message -> {
                if (message.type().equals("error") && message.text().contains("Content Security Policy")) {
                    complaints.add(message.text());
                }
            });
        }

        Page page() {
            return page;
        }

        BrowserContext context() {
            return context;
        }

        /// Script errors, dialogs that a page of ours never opens, and what the policy had to stop.
        List<String> complaints() {
            return complaints;
        }

        @Override
        public void close() {
            context.close();
        }
    }

    Person person(int width, ColorScheme scheme) {
        return new Person(browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, width < 500 ? 740 : 800)
                .setColorScheme(scheme)
                .setTimezoneId("Europe/Berlin")
                .setLocale("en-GB")));
    }

    /// The same person with another screen.
    Person again(Person person, int width, ColorScheme scheme) {
        Person other = person(width, scheme);
        other.context()
                .addCookies(person.context().cookies().stream()
                        .map(cookie -> new com.microsoft.playwright.options.Cookie(cookie.name, cookie.value)
                                .setDomain(cookie.domain)
                                .setPath(cookie.path))
                        .toList());
        return other;
    }

    /// What axe-core finds serious on the page.
    @SuppressWarnings("unchecked")
    List<String> violations(Page page) {
        page.evaluate(axe);
        return (List<String>) page.evaluate(VIOLATIONS);
    }

    /// A picture of the page for the documentation, where it is asked for.
    static void picture(Page page, String name) {
        if ("1".equals(System.getenv("REGENERATE_DOCS"))) {
            page.screenshot(
                    new Page.ScreenshotOptions().setPath(ProjectRoot.find().resolve("docs/images/" + name + ".png")));
        }
    }

    /// All of a page as it is, in `target/pages`, to be looked at by whoever asks for it with `LOOK_AT_PAGES=1`.
    static void look(Page page, String name) {
        if (isAskedToLook()) {
            page.waitForTimeout(300);
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(ProjectRoot.find().resolve("target/pages/" + name + ".png")));
        }
    }

    static boolean isAskedToLook() {
        return "1".equals(System.getenv("LOOK_AT_PAGES"));
    }

    private static String axe() {
        String version = new String(
                        read("/META-INF/maven/org.webjars.npm/axe-core/pom.properties"), StandardCharsets.UTF_8)
                .replaceAll("(?s).*version=([\\d.]+).*", "$1");
        return new String(
                read("/META-INF/resources/webjars/axe-core/" + version + "/axe.min.js"), StandardCharsets.UTF_8);
    }

    private static byte[] read(String resource) {
        try (InputStream in = Chromium.class.getResourceAsStream(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
