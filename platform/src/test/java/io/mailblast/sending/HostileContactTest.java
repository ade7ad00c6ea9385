package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.delivery.Mail;
import io.mailblast.installation.InstallationWatch;
import io.mailblast.testing.Presses;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Contacts of whom no mail can be made, or none that may be, fail alone.
@SuppressWarnings("NullAway.Init")
class HostileContactTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final SendingConfig CONFIG = new SendingConfig(
            8,
            50,
            Duration.ofSeconds(2),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofDays(400),
            Duration.ZERO);

    /// In SQL, as JSON.
    private static final String MEGABYTE = "to_jsonb(repeat('x', 1048576))";

    @TempDir
    static Path home;

    private final FakeProvider provider = new FakeProvider();

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void aRecipientWhoseMailCannotBeRenderedFailsAlone() {
        CampaignFixture fixture = new CampaignFixture(DB, "poison");
        fixture.contacts("poi", 5);
        fixture.execute("update contact set email = 'no address' where address = 'poi-2@example.com'");
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            fixture.awaitSent(campaign);
        }

        assertThat(fixture.counts(campaign)).isEqualTo("opened=5 skipped=0 accepted=4 refused=1");
        assertThat(fixture.text("select detail from send_fact where kind = 'refused' and campaign_id = " + campaign))
                .contains("cannot be rendered")
                .contains("no mail can be written to");
    }

    /// Values of one contact for which the campaign's template grows without end, or which would be headers.
    enum Hostile {
        LISTS_IN_LISTS(
                "Hi",
                "<p>{{#each v}}{{#each ../v}}{{#each ../../v}}x{{/each}}{{/each}}{{/each}}</p>",
                "(select jsonb_agg(n) from generate_series(1, 2000) n)",
                "cannot be rendered: "),
        MEGABYTE_MANY_TIMES(
                "Hi", "<p>{{v}}</p>".repeat(2_000), MEGABYTE, "the message has more than the 5000000 bytes"),
        MEGABYTE_IN_THE_SUBJECT("Hi {{v}}", "<p>x</p>", MEGABYTE, "the subject has 1048579 characters"),
        MEGABYTE_IN_THE_TEXT("Hi", "<p>{{v}}</p>", MEGABYTE, ""),
        HEADER_IN_THE_SUBJECT("Hi {{v}}", "<p>x</p>", "'\"a\\r\\nBcc: all@evil.example\\r\\n\\r\\nb\"'", "");

        private final String subject;
        private final String html;
        private final String value;
        private final String reason;

        /// @param value of the attribute `v`, in SQL
        /// @param reason that the recipient failed for; empty where the mail goes
        Hostile(String subject, String html, String value, String reason) {
            this.subject = subject;
            this.html = html;
            this.value = value;
            this.reason = reason;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHostileValueFailsItsRecipientAloneOrGoesOutHarmless(Hostile hostile) {
        String name = hostile.name().toLowerCase(Locale.ROOT).replace('_', '-');
        CampaignFixture fixture = new CampaignFixture(DB, name);
        fixture.contacts(name, 3);
        String bad = name + "-2@example.com";
        fixture.execute("update contact set attributes = jsonb_build_object('v', cast(" + hostile.value
                + " as jsonb)) where address = '" + bad + "'");
        long campaign = fixture.campaign(hostile.html);
        fixture.execute("update campaign set subject = '" + hostile.subject + "' where id = " + campaign);

        try (Worker worker = worker()) {
            fixture.awaitSent(campaign);
        }

        boolean goes = hostile.reason.isEmpty();
        assertThat(fixture.counts(campaign))
                .isEqualTo("opened=3 skipped=0 accepted=" + (goes ? "3 refused=0" : "2 refused=1"));
        assertThat(provider.acceptedAddresses()).contains(name + "-1@example.com", name + "-3@example.com");
        if (goes) {
            assertThat(provider.accepted())
                    .filteredOn(mail -> mail.to().equals(bad))
                    .singleElement()
                    .satisfies(mail -> assertThat(head(mail)).doesNotContain("\r\nBcc:"));
        } else {
            assertThat(fixture.text("""
                    select c.address || ' ' || f.detail from send_fact f
                    join campaign_recipient r using (campaign_id, recipient_no) join contact c on c.id = r.contact_id
                    where f.kind = 'refused' and f.campaign_id = %d
                    """.formatted(campaign)))
                    .startsWith(bad + " ")
                    .contains(hostile.reason);
        }
    }

    private static String head(Mail mail) {
        return new String(mail.mime(), StandardCharsets.US_ASCII).split("\r\n\r\n", 2)[0];
    }

    private Worker worker() {
        return Worker.start(
                DB.database(),
                InstallationWatch.open(DB.database(), home),
                CONFIG,
                GuardConfig.DEFAULTS,
                provider,
                Presses.press(),
                Presses.noReturnPath(),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                "test",
                0,
                Supervision.NONE);
    }
}
