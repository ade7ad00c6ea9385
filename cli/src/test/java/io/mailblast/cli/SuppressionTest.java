package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Who does not want mail, or cannot get it, gets none.
@ExtendWith(SharedInstallation.class)
class SuppressionTest {

    private static final Pattern UNSUBSCRIBE = Pattern.compile("(/unsubscribe/[A-Za-z0-9_-]+)");

    private final Installation installation;

    SuppressionTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void whoUnsubscribesBetweenImportAndSendIsSkipped() {
        Workspace workspace = installation.workspace("leaving");
        workspace.sender("leaving.example");
        long list = workspace.list("readers");
        workspace.importContacts(list, List.of("stays@leaving.example", "leaves@leaving.example"));
        workspace.send(workspace.campaign("first", "news@leaving.example", list));

        press(unsubscribeLink("leaves@leaving.example"));
        workspace.importContacts(list, List.of("leaves@leaving.example", "joins@leaving.example"));
        long second = workspace.campaign("second", "news@leaving.example", list);
        JsonNode stats = workspace.send(second);

        assertThat(workspace.states(second))
                .isEqualTo(Map.of(
                        "stays@leaving.example",
                        "sent",
                        "leaves@leaving.example",
                        "skipped",
                        "joins@leaving.example",
                        "sent"));
        assertThat(stats.at("/by_state/skipped").intValue()).isEqualTo(1);
        assertThat(workspace.suppressions()).isEqualTo(Map.of("leaves@leaving.example", "unsubscribed"));
        assertThat(mailsTo("leaves@leaving.example")).as("mails to who left").isEqualTo(1);
    }

    @Test
    void lookingAtTheUnsubscribePageUnsubscribesNobody() {
        Workspace workspace = installation.workspace("looking");
        workspace.sender("looking.example");
        long list = workspace.list("readers");
        workspace.contact("looks@looking.example", list);
        workspace.send(workspace.campaign("first", "news@looking.example", list));

        Client.Response page = installation.anybody().get(unsubscribeLink("looks@looking.example"));

        assertThat(page.expect(200).text()).contains("<form");
        assertThat(workspace.suppressions()).isEmpty();
    }

    @Test
    void whoBouncedOrComplainedIsSkippedByTheNextCampaign() {
        Workspace workspace = installation.workspace("bouncing");
        workspace.sender("bouncing.example");
        long list = workspace.list("readers");
        workspace.importContacts(
                list, List.of("bounce@bouncing.example", "complaint@bouncing.example", "fine@bouncing.example"));

        JsonNode first = workspace.send(workspace.campaign("first", "news@bouncing.example", list));
        long second = workspace.campaign("second", "news@bouncing.example", list);
        JsonNode stats = workspace.send(second);

        assertThat(first.at("/by_state/sent").intValue()).isEqualTo(3);
        assertThat(first.path("delivered").intValue()).isEqualTo(2);
        assertThat(first.path("bounced").intValue()).isEqualTo(1);
        assertThat(first.path("complained").intValue()).isEqualTo(1);
        assertThat(workspace.suppressions())
                .isEqualTo(Map.of("bounce@bouncing.example", "hard_bounce", "complaint@bouncing.example", "complaint"));
        assertThat(workspace.states(second))
                .isEqualTo(Map.of(
                        "bounce@bouncing.example",
                        "skipped",
                        "complaint@bouncing.example",
                        "skipped",
                        "fine@bouncing.example",
                        "sent"));
        assertThat(stats.path("delivered").intValue()).isEqualTo(1);
    }

    @Test
    void anAddressThatIsSuppressedInOneWorkspaceGetsTheMailOfAnother() {
        Workspace without = installation.workspace("without");
        without.client()
                .post("/suppressions", Client.body("email", "both@shared.example"))
                .expect(201);
        Workspace with = installation.workspace("with");
        with.sender("with.example");
        long list = with.list("readers");
        with.contact("both@shared.example", list);

        JsonNode stats = with.send(with.campaign("first", "news@with.example", list));

        assertThat(stats.at("/by_state/sent").intValue()).isEqualTo(1);
    }

    private String unsubscribeLink(String address) {
        Matcher link = UNSUBSCRIBE.matcher(installation.mailTo(address));
        assertThat(link.find()).as("a link to unsubscribe").isTrue();
        return link.group(1);
    }

    /// RFC 8058: what a mail program posts when the reader presses its button.
    private void press(String link) {
        installation
                .anybody()
                .send("POST", link, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
                .expect(200);
    }

    private long mailsTo(String address) {
        return installation.accepted().stream().filter(address::equals).count();
    }
}
