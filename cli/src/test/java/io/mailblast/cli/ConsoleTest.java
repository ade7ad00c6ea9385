package io.mailblast.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.FilePayload;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// The console in a real browser, over a whole installation. The first test begins where an installation begins, with
/// no account; the others go on with what it made.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleTest {

    private static final String EMAIL = "first@example.com";

    /// One that calls itself headless is counted as a machine.
    private static final String FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private static final String PREVIEW = ".mail iframe:not([hidden])";

    private static final List<String> PAGES = List.of(
            "/console/start",
            "/console/dashboard",
            "/console/alerts",
            "/console/system",
            "/console/performance",
            "/console/runs",
            "/console/receivers",
            "/console/keys",
            "/console/keys/new",
            "/console/users",
            "/console/users/new",
            "/console/components",
            "/console/campaigns",
            "/console/campaigns/new",
            "/console/campaigns/1/report",
            "/console/campaigns/1/recipients",
            "/console/campaigns/1/in-doubt",
            "/console/campaigns/2/edit",
            "/console/campaigns/2/audience",
            "/console/campaigns/2/review",
            "/console/contacts",
            "/console/contacts/1",
            "/console/contacts/new",
            "/console/lists",
            "/console/lists/1",
            "/console/imports",
            "/console/imports/1",
            "/console/imports/new",
            "/console/suppressions",
            "/console/suppressions/new",
            "/console/senders",
            "/console/senders/new");

    /// Those that differ most on a small screen.
    private static final List<String> ON_A_PHONE = List.of(
            "/console/start",
            "/console/dashboard",
            "/console/components",
            "/console/campaigns",
            "/console/campaigns/1/report",
            "/console/campaigns/2/edit",
            "/console/campaigns/2/review",
            "/console/contacts",
            "/console/imports/new",
            "/console/performance");

    private Chromium chromium;
    private Installation installation;
    private Chromium.Person person;
    private Page page;
    private String alert = "";

    @BeforeAll
    void start() {
        chromium = Chromium.start();
        installation = Installation.start(java.util.Map.of());
        person = chromium.person(1280, ColorScheme.LIGHT);
        page = person.page();
    }

    @AfterAll
    void stop() {
        if (chromium != null) {
            chromium.close();
        }
        if (installation != null) {
            installation.close();
        }
    }

    @Test
    @Order(1)
    void theFirstRunLeadsFromNothingToASentCampaign() {
        page.navigate(installation.ready().path("first_run").asText());
        page.getByLabel("E-mail").fill(EMAIL);
        page.getByLabel("Password").fill(Installation.PASSWORD);
        click("Make the account");
        assertThat(page.locator("h1")).hasText("First steps");
        Chromium.picture(page, "console-first-steps");

        follow("Add a sender");
        page.getByLabel("Address or domain").fill("news@example.com");
        page.getByLabel("Name (optional)").fill("Example News");
        click("Add");
        assertThat(page.locator("tbody")).containsText("Verified");

        page.navigate(url("/console/start"));
        follow("Import a file");
        choose(
                "readers.csv",
                "email,first_name,city\nada@example.net,Ada,London\ngrace@example.net,Grace,Paris\nbounce@example.net,Bo,\nno address,No,\n");
        assertThat(page.getByLabel("What first_name is")).hasValue("first_name");
        page.getByLabel("What email is").selectOption("attribute");
        assertThat(page.locator("#mapping")).containsText("There is no column called");
        page.getByLabel("What email is").selectOption("email");
        assertThat(page.getByLabel("What email is")).isFocused();
        assertThat(page.locator("#mapping")).containsText("Refused");
        page.getByLabel("or on a new one").fill("Readers");
        click("Import");
        assertThat(page.locator("h1 + .badge")).hasText("Done");
        assertThat(page.locator(".figures")).containsText("3");
        assertThat(page.locator("main")).containsText("email is no e-mail address");

        page.navigate(url("/console/lists"));
        assertThat(page.locator("#rows .num").first()).hasText("3");

        page.navigate(url("/console/start"));
        follow("New campaign");
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("October news");
        page.getByLabel("Subject").fill("Hello {{ first_name }}, our October news");
        click("Make the draft");
        page.getByLabel("Content (HTML)").fill("""
                <style>h1 { color: rgb(1, 2, 3) }</style><h1>Hello {{ first_name | default: "there" }}</h1>
                <p>Read <a href="https://shop.example/october">the news</a>, <a href="#">more</a>.</p>""");
        page.getByLabel("As this contact gets it").fill("grace@example.net");
        Locator heading = page.frameLocator(PREVIEW).locator("h1");
        assertThat(heading).hasText("Hello Grace");
        assertThat(heading).hasCSS("color", "rgb(1, 2, 3)");
        assertThat(page.locator("#envelope")).containsText("Hello Grace, our October news");
        assertThat(page.locator("#advice")).containsText("“more” leads nowhere.");
        click("Save and choose the audience");

        page.getByLabel("Readers").check();
        click("Save and review");
        click("Send the test");
        assertThat(page.locator("#tests")).containsText("Accepted");
        click("Send to 3");
        assertThat(page.locator("h1 + .badge")).hasText("Sent");

        // The figures follow by themselves.
        assertThat(page.locator("#figures")).containsText("2 of 3 sent");
        followTheLinkIn(installation.mailTo("ada@example.net"));
        assertThat(page.locator("#figures")).containsText("1, people 1");
        page.reload();
        assertThat(page.frameLocator("iframe[title^='The mail']").locator("body"))
                .containsText("1 · 100.0%");
        assertThat(page.locator(".chart canvas")).isVisible();
        assertThat(person.complaints()).isEmpty();
    }

    @Test
    @Order(2)
    void aBrokenFileIsExplainedBeforeAndAfterItIsSent() {
        page.navigate(url("/console/imports/new"));
        choose("broken.csv", "mail adress;city\nada@example.net;London\n");

        assertThat(page.locator("#mapping")).containsText("There is no column called “email”");

        click("Import");
        assertThat(page.locator("h1 + .badge")).hasText("Failed");
        assertThat(page.locator("main")).containsText("There is no column called “email”");
    }

    @Test
    @Order(3)
    void aSessionThatEndsWhileSomebodyWritesLosesNoText() {
        page.navigate(url("/console/campaigns/new"));
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill("Long letter");
        page.getByLabel("Subject").fill("Subject");
        click("Make the draft");
        page.getByLabel("Content (HTML)").fill("<p>Written for hours\n\n & not saved \"yet\"</p>");
        endSessionElsewhere();

        click("Save and choose the audience");
        assertThat(page.locator("main")).containsText("What you typed is kept");
        page.getByLabel("E-mail").fill(EMAIL);
        page.getByLabel("Password").fill(Installation.PASSWORD);
        click("Sign in");
        click("Back to what you typed");

        assertThat(page.getByLabel("Content (HTML)")).hasValue("<p>Written for hours\n\n & not saved \"yet\"</p>");
        assertThat(page.locator("main")).containsText("nothing of this is saved yet");
        click("Save and choose the audience");
        assertThat(page.locator("h1")).containsText("Long letter");
    }

    @Test
    @Order(4)
    void whatPeopleCallThingsRunsNowhere() {
        String hostile = "\"><img src=x onerror=alert(1)><script>alert(2)</script>";
        page.navigate(url("/console/lists/new"));
        page.getByLabel("Name").fill(hostile);
        click("Make");
        page.navigate(url("/console/contacts/new"));
        page.getByLabel("E-mail").fill("hostile@example.com");
        page.getByLabel("First name (optional)").fill(hostile);
        click("Add");
        page.navigate(url("/console/campaigns/new"));
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill(hostile);
        page.getByLabel("Subject").fill(hostile);
        click("Make the draft");
        page.getByLabel("Content (HTML)")
                .fill("<script>parent.alert(3)</script><p onclick='alert(4)'>still here</p>" + hostile);
        assertThat(page.frameLocator(PREVIEW).locator("p").first()).hasText("still here");
        click("Save and choose the audience");

        for (String path : List.of("/console/lists", "/console/contacts", "/console/campaigns", "/console/start")) {
            page.navigate(url(path));
            assertThat(page.locator("h1")).isVisible();
        }
        // The frame's own policy stops what is in the mail; a page's would have stopped what got into the page.
        assertThat(person.complaints())
                .noneMatch(complaint -> complaint.startsWith("a dialog") || complaint.contains("script-src 'self'"));
    }

    @Test
    @Order(5)
    void onePaletteLeadsEverywhereByKeyboard() {
        page.navigate(url("/console/campaigns"));

        page.keyboard().press("Control+k");
        page.keyboard().type("suppr");
        page.keyboard().press("Enter");

        assertThat(page.locator("h1")).hasText("Suppressions");
        page.navigate(url("/console/dashboard"));
        assertThat(page.locator(".chart canvas")).isVisible();
        Chromium.picture(page, "console-dashboard");
    }

    @Test
    @Order(6)
    void anAlertIsTakenCareOfNotedAndSilenced() {
        page.navigate(url("/console/alerts?phase=firing"));
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Watchdog"))
                .first()
                .click();
        click("I take care of it");
        assertThat(page.locator("main")).containsText("by " + EMAIL);
        alert = URI.create(page.url()).getPath();

        click("Keep the note");
        assertThat(page.locator("#note-says")).containsText("Must not be empty.");
        page.getByLabel("What was found").fill("It <b>always</b> fires.");
        click("Keep the note");
        assertThat(page.locator("main")).containsText("It <b>always</b> fires.");

        page.getByLabel("Why").fill("known");
        click("Silence");
        assertThat(page.locator("main")).containsText("known");
        click("End it");
        assertThat(page.locator("main")).not().containsText("known");
    }

    @Test
    @Order(8)
    void theWayToTheProviderIsTriedAndPerformanceIsShown() {
        page.navigate(url("/console/system"));
        click("Try the connection to the provider");
        assertThat(page.getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText("can be reached")))
                .isVisible();
        assertThat(row("Worker")).containsText("Up");
        assertThat(row("evaluates the alerts")).containsText("Up");
        page.navigate(url("/console/performance"));
        assertThat(heading("What runs out")).isVisible();
        page.navigate(url("/console/contacts/1"));
        assertThat(heading("History")).isVisible();
    }

    @Test
    @Order(9)
    void whatIsDeletedComesBackByUndoAndIsGoneOnceThePageIsLeft() {
        page.navigate(url("/console/lists/new"));
        page.getByLabel("Name").fill("Passing");
        click("Make");
        page.navigate(url("/console/lists"));

        click("Delete Passing");
        assertThat(row("Passing")).isHidden();
        click("Undo");
        assertThat(row("Passing")).isVisible();
        click("Delete Passing");
        page.keyboard().press("Control+z");
        assertThat(row("Passing")).isVisible();
        click("Delete Passing");
        page.navigate(url("/console/dashboard"));

        assertThat(page.locator("h1")).hasText("Dashboard");
        page.waitForCondition(() -> {
            page.navigate(url("/console/lists"));
            return row("Passing").count() == 0;
        });
    }

    @Test
    @Order(10)
    void aDeletedContactIsOnTheListAgainWhenThatIsTakenBack() {
        page.navigate(url("/console/contacts/new"));
        page.getByLabel("E-mail").fill("passing@example.com");
        click("Add");

        click("Delete");
        assertThat(page.locator("h1")).hasText("Contacts");
        assertThat(page.locator(".toast")).containsText("passing@example.com is deleted");
        assertThat(row("passing@example.com")).isHidden();
        click("Undo");

        assertThat(row("passing@example.com")).isVisible();
        page.reload();
        assertThat(row("passing@example.com")).isVisible();
    }

    @Test
    @Order(11)
    void whatCouldNotBeDeletedComesBackAndSaysWhy() {
        page.clock().install();
        page.navigate(url("/console/lists"));
        click("Delete Readers");
        assertThat(row("Readers")).isHidden();
        endSessionElsewhere();

        page.clock().fastForward(10_000);

        assertThat(row("Readers")).isVisible();
        assertThat(page.locator(".lost")).containsText("Your session has ended");
    }

    @Test
    @Order(7)
    void noPageShutsAnybodyOutOrIsWiderThanItsScreen() {
        List<String> found = new ArrayList<>();
        check(person, with(alert, PAGES), found);
        try (Chromium.Person phone = chromium.again(person, 360, ColorScheme.DARK)) {
            check(phone, with(alert, Chromium.isAskedToLook() ? PAGES : ON_A_PHONE), found);
        }
        try (Chromium.Person stranger = chromium.person(360, ColorScheme.LIGHT)) {
            stranger.page().navigate(url("/console/sign-in"));
            found.addAll(chromium.violations(stranger.page()));
        }

        assertThat(found).isEmpty();
    }

    private Locator heading(String words) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(words));
    }

    private static List<String> with(String path, List<String> paths) {
        return Stream.concat(paths.stream(), Stream.of(path)).toList();
    }

    private void check(Chromium.Person someone, List<String> paths, List<String> found) {
        Page one = someone.page();
        for (String path : paths) {
            one.navigate(url(path));
            assertThat(one.locator("h1").first()).isVisible();
            assertThat(one.locator("h1").first()).not().hasText("Not found");
            chromium.violations(one).forEach(violation -> found.add(path + " " + violation));
            Chromium.look(one, path.substring(9).replace('/', '-') + "-" + one.viewportSize().width);
            int over = ((Number) one.evaluate("document.documentElement.scrollWidth - innerWidth")).intValue();
            if (over > 0) {
                found.add(path + " is " + over + " pixels wider than " + one.viewportSize().width);
            }
        }
    }

    /// As if in another place: the cookie stays, the session behind it is over.
    private void endSessionElsewhere() {
        List<Cookie> cookies = person.context().cookies();
        try (Page other = person.context().newPage()) {
            other.navigate(url("/console/lists"));
            other.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out"))
                    .click();
            assertThat(other.locator("h1")).hasText("Sign in");
        }
        person.context()
                .addCookies(cookies.stream()
                        .map(cookie -> new Cookie(cookie.name, cookie.value)
                                .setDomain(cookie.domain)
                                .setPath(cookie.path))
                        .toList());
    }

    private void followTheLinkIn(String mail) {
        Matcher link =
                Pattern.compile("href=\"(http[^\"]*/track/click/[^\"]*)\"").matcher(mail);
        assertThat(link.find()).as("a tracked link in " + mail).isTrue();
        try (Chromium.Person reader = chromium.person(1280, ColorScheme.LIGHT)) {
            reader.page()
                    .context()
                    .request()
                    .get(
                            link.group(1).replace("&amp;", "&"),
                            com.microsoft.playwright.options.RequestOptions.create()
                                    .setHeader("User-Agent", FIREFOX)
                                    .setMaxRedirects(0));
        }
    }

    private void choose(String name, String content) {
        page.locator("input[type=file]")
                .setInputFiles(new FilePayload(name, "text/csv", content.getBytes(StandardCharsets.UTF_8)));
    }

    private void click(String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private Locator row(String text) {
        return page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText(text));
    }

    private void follow(String link) {
        page.locator("main")
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(link))
                .first()
                .click();
    }

    private String url(String path) {
        return installation.home().http() + path;
    }
}
