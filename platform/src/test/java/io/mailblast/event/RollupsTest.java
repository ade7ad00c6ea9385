package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.TestCampaign;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What ingested events come to: people and machines, rollups that agree with their rows.
class RollupsTest extends IngestScene {

    @Test
    void peopleAndMachinesAreToldApart() throws Exception {
        Instant at = Instant.now().minusSeconds(7_200);
        log.append(Event.opened(campaign.message(1), at, "Mozilla/5.0"));
        log.append(Event.opened(campaign.message(1), at.plusSeconds(3_700), AGENT));
        log.append(Event.opened(campaign.message(1), at.plusSeconds(3_800), AGENT));
        log.append(Event.opened(campaign.message(2), at, "Mozilla/5.0"));
        log.append(Event.probed(campaign.message(3), at, "", AGENT));
        log.append(Event.opened(campaign.message(4), at, AGENT));
        for (int i = 0; i < LINKS.size(); i++) {
            log.append(Event.clicked(campaign.message(5), at.plusSeconds(i), LINKS.get(i), AGENT));
        }
        log.append(Event.clicked(campaign.message(5), at.plusSeconds(3), "https://else.example/", AGENT));
        log.append(Event.clicked(campaign.message(6), at, LINKS.get(0), AGENT));

        try (Ingester ingester = start()) {
            drained(ingester);
        }

        assertThat(counts(campaign).get(EventKind.OPENED)).isEqualTo(new CampaignCounts.Count(5, 2, 3, 2));
        assertThat(counts(campaign).get(EventKind.PROBED)).isEqualTo(new CampaignCounts.Count(1, 1, 1, 0));
        assertThat(counts(campaign).get(EventKind.CLICKED)).isEqualTo(new CampaignCounts.Count(4, 3, 2, 1));
        assertThat(texts("select c.name || ', ' || c.os || ', ' || c.device || ': ' || count(*)"
                        + " from event e join client c on c.id = e.client_id"
                        + " group by c.name, c.os, c.device order by count(*)"))
                .containsExactly("Apple Mail Privacy Protection, Other, machine: 2", "Thunderbird, Linux, desktop: 8");
        assertThat(differences()).isEmpty();
    }

    @Test
    void linksThatShareATargetAreCountedApartWhereTheClickNamesItsPlace() throws Exception {
        String shared = "https://shop.example/";
        String personal = "https://shop.example/?who={{first_name}}";
        TestCampaign twice = TestCampaign.create(db, db.workspace("Twice"), 100, List.of(shared, personal, shared));
        Instant at = Instant.now().minusSeconds(7_200);
        log.append(Event.clicked(twice.message(1), at, shared, AGENT));
        log.append(Event.clicked(twice.message(2), at, shared, 2, AGENT));
        log.append(Event.clicked(twice.message(3), at, shared, 2, AGENT));
        log.append(Event.clicked(twice.message(4), at, "https://shop.example/?who=Ann", 1, AGENT));
        // Places of another campaign of the workspace: its URL says which of this one it is, if any.
        log.append(Event.clicked(twice.message(5), at, shared, 7, AGENT));
        log.append(Event.clicked(twice.message(6), at, "https://else.example/", 2, AGENT));

        try (Ingester ingester = start()) {
            drained(ingester);
        }

        assertThat(texts("select link_no || ': ' || total from event_count where campaign_id = " + twice.id()
                        + " order by link_no"))
                .containsExactly("-1: 6", "0: 2", "1: 1", "2: 2");
        assertThat(differences()).isEmpty();
    }

    @Test
    void whatOneRecipientDidIsKnown() throws Exception {
        Instant at = Instant.parse("2026-03-01T10:00:00Z");
        int last = campaign.recipients() - 1;
        log.append(Event.opened(campaign.message(last), at, AGENT));
        log.append(Event.clicked(campaign.message(last), at, LINKS.get(1), AGENT));
        log.append(Event.clicked(campaign.message(last), at.plusSeconds(60), LINKS.get(0), AGENT));
        log.append(Event.opened(campaign.message(last - 1), at, AGENT));
        try (Ingester ingester = start()) {
            drained(ingester);
        }

        db.database().read(handle -> {
            assertThat(RecipientEvents.kinds(handle, campaign.id(), last))
                    .containsExactlyInAnyOrder(EventKind.OPENED, EventKind.CLICKED);
            assertThat(RecipientEvents.kinds(handle, campaign.id(), last - 1)).containsExactly(EventKind.OPENED);
            assertThat(RecipientEvents.kinds(handle, campaign.id(), 0)).isEmpty();
            assertThat(RecipientEvents.clicks(handle, campaign.id(), last, 20))
                    .containsExactly(
                            new RecipientEvents.Click(at.plusSeconds(60), 0, false),
                            new RecipientEvents.Click(at, 1, false));
            assertThat(RecipientEvents.clicks(handle, campaign.id(), last, 1)).hasSize(1);
            return null;
        });
    }

    @Test
    void clicksThatTurnOutToBeAScannersAreCountedAgain() throws Exception {
        Instant at = Instant.now().minusSeconds(7_200);
        try (Ingester ingester = start()) {
            for (int recipient = 0; recipient < 3; recipient++) {
                log.append(Event.clicked(campaign.message(recipient), at, LINKS.get(0), AGENT));
                log.append(Event.clicked(campaign.message(recipient), at.plusSeconds(1), LINKS.get(1), AGENT));
            }
            // The person comes an hour later, to one link of the two.
            log.append(Event.clicked(campaign.message(0), at.plusSeconds(3_700), LINKS.get(0), AGENT));
            drained(ingester);
            assertThat(counts(campaign).get(EventKind.CLICKED)).isEqualTo(new CampaignCounts.Count(7, 0, 3, 3));

            log.append(Event.clicked(campaign.message(0), at.plusSeconds(2), "https://else.example/", AGENT));
            log.append(Event.probed(campaign.message(1), at.plusSeconds(2), LINKS.get(0), AGENT));
            drained(ingester);
        }

        assertThat(counts(campaign).get(EventKind.CLICKED)).isEqualTo(new CampaignCounts.Count(8, 5, 3, 2));
        assertThat(texts(
                        "select link_no || ': ' || machine || ' of ' || total || ', ' || human_uniques || ' of ' || uniques"
                                + " from event_count where kind = 'clicked' order by link_no"))
                .containsExactly("-1: 5 of 8, 2 of 3", "0: 2 of 4, 2 of 3", "1: 2 of 3, 1 of 3");
        assertThat(differences()).isEmpty();
    }

    @Test
    void rollupsAreMadeAgainFromTheRowsToTheLastOne() throws Exception {
        Instant at = Instant.now().minusSeconds(7_200);
        try (Ingester ingester = start()) {
            for (int i = 0; i < 900; i++) {
                log.append(Event.opened(
                        campaign.message(i * 20), at.plusSeconds(i * 7L), i % 9 == 0 ? "Mozilla/5.0" : AGENT));
                log.append(Event.clicked(campaign.message(i % 300), at.plusSeconds(i * 7L), LINKS.get(i % 2), AGENT));
            }
            log.append(Event.probed(campaign.message(5), at, "", AGENT));
            drained(ingester);
            List<String> figures = figures();
            run("delete from event_count where kind = 'opened'");
            run("update event_hour set firsts = firsts + 1, machine = 0");
            run("update event_bits set bits = set_bit(bits, 77, 1 - get_bit(bits, 77))");
            run("update event_client set total = total * 2");
            run("update event_workspace_hour set machine = machine + 1 where kind = 'opened'");
            run("insert into event_count (workspace_id, campaign_id, kind, total) values (1, 999999, 'opened', 5)");
            assertThat(differences())
                    .extracting(Rollups.Difference::what)
                    .contains("hour", "count", "client", "bitmap", "workspace");

            assertThat(Rebuild.all(db.database(), made -> {})).isEqualTo(2);

            assertThat(differences()).isEmpty();
            assertThat(figures()).isEqualTo(figures);
            log.append(Event.opened(campaign.message(19_999), at, AGENT));
            drained(ingester);
            assertThat(differences()).as("after more events").isEmpty();
        }
    }

    private List<String> figures() {
        return texts("select t::text from ("
                + "select 'hour' as what, row_to_json(h)::text as row from event_hour h"
                + " union all select 'count', row_to_json(c)::text from event_count c"
                + " union all select 'workspace', row_to_json(w)::text from event_workspace_hour w"
                + " union all select 'client', row_to_json(k)::text from event_client k"
                + " union all select 'bits', row_to_json(b)::text from event_bits b) t order by 1");
    }

    @Test
    void aMachineThatCameFirstDoesNotHideThePersonWhoCameLater() throws Exception {
        try (Ingester ingester = start()) {
            log.append(Event.opened(campaign.message(1), Instant.now(), "Mozilla/5.0"));
            drained(ingester);
            assertThat(counts(campaign).get(EventKind.OPENED)).isEqualTo(new CampaignCounts.Count(1, 1, 1, 0));

            log.append(Event.opened(campaign.message(1), Instant.now(), AGENT));
            drained(ingester);
        }

        assertThat(counts(campaign).get(EventKind.OPENED)).isEqualTo(new CampaignCounts.Count(2, 1, 1, 1));
        assertThat(differences()).isEmpty();
    }

    @Test
    void clientsOfATransactionThatFailedAreNotRemembered() throws Exception {
        run("create sequence failures");
        run("create function fail() returns trigger language plpgsql as $$ begin"
                + " if nextval('failures') <= 2 then raise exception 'not now'; end if; return new; end $$");
        run("create trigger fail before insert on event_count for each row execute function fail()");
        log.append(Event.opened(campaign.message(1), Instant.now(), AGENT));

        try (Ingester ingester = start()) {
            drained(ingester);
        }

        assertThat(number("select count(*) from event e join client c on c.id = e.client_id"))
                .isEqualTo(1);
    }

    @Test
    void aWrongHumanFigureIsFound() throws Exception {
        log.append(Event.opened(campaign.message(1), Instant.now(), AGENT));
        try (Ingester ingester = start()) {
            drained(ingester);
        }

        run("update event_count set human_uniques = 0");
        run("update event_hour set human_firsts = 2");
        run("update event_bits set human_bits = set_bit(set_bit(bits, 1, 0), 2, 1)");
        assertThat(differences())
                .extracting(Rollups.Difference::what)
                .containsExactlyInAnyOrder("count", "hour", "bitmap", "workspace");
    }

    @Test
    void aCountThatIsWrongIsFound() throws Exception {
        log.append(Event.clicked(campaign.message(1), Instant.now(), LINKS.get(0), AGENT));
        try (Ingester ingester = start()) {
            drained(ingester);
        }
        assertThat(differences()).isEmpty();

        run("update event_count set total = total + 1 where link_no = -1");
        run("update event_hour set firsts = 0 where link_no = 0");
        run("update event_bits set bits = set_bit(set_bit(bits, 1, 0), 2, 1) where link_no = -1");

        assertThat(differences())
                .extracting(Rollups.Difference::what)
                .containsExactlyInAnyOrder("count", "hour", "bitmap");
    }
}
