package io.mailblast.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A search among more contacts than one answer of the console looks at, in a real browser.
class ConsoleSearchTest {

    private static final int CONTACTS = 230_000;

    @Test
    void aSearchGoesOnByItselfUntilAllWereLookedAt() {
        try (Chromium chromium = Chromium.start();
                Installation installation = Installation.start(Map.of());
                Chromium.Person person = chromium.person(1280, ColorScheme.LIGHT)) {
            Workspace workspace = installation.workspace("many");
            workspace.importFile(workspace.list("Everybody"), file());
            Page page = person.page();
            page.navigate(installation.home().http() + "/console/sign-in");
            page.getByLabel("E-mail").fill("many@member.test");
            page.getByLabel("Password").fill(Installation.PASSWORD);
            page.keyboard().press("Enter");
            assertThat(page.locator("h1")).not().hasText("Sign in");

            page.navigate(installation.home().http() + "/console/contacts");
            page.getByLabel("Search addresses").pressSequentially("needle");

            assertThat(page.locator("#rows")).containsText("All were looked at.");
            assertThat(page.locator("#rows tr:not(.tail)")).hasCount(3);
            Chromium.look(page, "search-found-1280");

            page.getByLabel("Search addresses").fill("nobody-has-this");
            assertThat(page.locator("#rows")).containsText("All were looked at.");
            assertThat(page.locator("#rows tr:not(.tail)")).hasCount(0);
            assertThat(chromium.violations(page)).isEmpty();

            page.getByLabel("Search addresses").fill("hay");
            assertThat(page.locator("#rows tr:not(.tail)")).hasCount(50);
            page.locator("#rows").getByText("Next page").click();
            assertThat(page.locator("#rows")).containsText("First page");
            assertThat(person.complaints()).isEmpty();
        }
    }

    /// A needle among the oldest, the newest, and in the middle.
    private static String file() {
        return IntStream.range(0, CONTACTS)
                .mapToObj(i -> (i % (CONTACTS / 2 - 1) == 0 ? "needle" : "hay") + i + "@example.net")
                .collect(Collectors.joining("\n", "email\n", "\n"));
    }
}
