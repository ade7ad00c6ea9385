package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mailblast.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What holds between contacts, lists and memberships though no foreign key is enforced between them.
class MembershipTest {

    private static final TestDatabase DB = TestDatabase.create();
    /// What is shown is that one waits for the other; on a busy machine that may outlast the timeouts of requests.
    private static final String PATIENTLY = "set local lock_timeout = 0; set local statement_timeout = 0";

    private static int workspaces;

    private long workspaceId;
    private long list;
    private long contact;

    @AfterAll
    static void closeDatabase() {
        DB.close();
    }

    @BeforeEach
    void begin() {
        workspaceId = DB.workspace("memberships-" + ++workspaces);
        list = DB.database()
                .write(handle -> Lists.insert(handle, workspaceId, "News").orElseThrow());
        contact = DB.database()
                .write(handle -> Contacts.insert(
                                handle,
                                workspaceId,
                                EmailAddress.parse("ann@example.com").orElseThrow(),
                                null,
                                null,
                                JsonNodeFactory.instance.objectNode(),
                                true)
                        .orElseThrow());
    }

    @Test
    void aContactTakesItsMembershipsAlong() {
        join();
        assertThat(members()).isEqualTo(1);

        DB.database().write(handle -> Contacts.delete(handle, workspaceId, contact));

        assertThat(members()).isZero();
    }

    @Test
    void aListTakesItsMembershipsAlong() {
        join();

        DB.database().write(handle -> handle.execute("delete from contact_list where id = ?", list));

        assertThat(members()).isZero();
    }

    @Test
    void aContactWhoseDeletionIsUnderWayJoinsNoList() throws Exception {
        CountDownLatch deleted = new CountDownLatch(1);
        Thread deletion = Thread.ofPlatform()
                .start(() -> DB.database().write(handle -> {
                    Contacts.delete(handle, workspaceId, contact);
                    deleted.countDown();
                    ImportFixture.await("somebody waits", () -> ImportFixture.somebodyWaits(DB));
                    return 0;
                }));
        assertThat(deleted.await(30, TimeUnit.SECONDS)).isTrue();

        DB.database().write(handle -> {
            handle.execute(PATIENTLY);
            Lists.add(handle, workspaceId, List.of(list), contact);
            return 0;
        });
        deletion.join();

        assertThat(members()).isZero();
    }

    @Test
    void aDeletionWaitsForAMembershipThatIsUnderWay() throws Exception {
        CountDownLatch joined = new CountDownLatch(1);
        Thread joining = Thread.ofPlatform()
                .start(() -> DB.database().write(handle -> {
                    Lists.add(handle, workspaceId, List.of(list), contact);
                    joined.countDown();
                    ImportFixture.await("somebody waits", () -> ImportFixture.somebodyWaits(DB));
                    return 0;
                }));
        assertThat(joined.await(30, TimeUnit.SECONDS)).isTrue();

        DB.database().write(handle -> {
            handle.execute(PATIENTLY);
            return Contacts.delete(handle, workspaceId, contact);
        });
        joining.join();

        assertThat(members()).isZero();
    }

    @Test
    void aWorkspaceThatHasContactsCannotBeDeleted() {
        DB.database().write(handle -> handle.execute("delete from contact_list where id = ?", list));

        assertThatThrownBy(() -> DB.database()
                        .write(handle -> handle.execute("delete from workspace where id = ?", workspaceId)))
                .hasMessageContaining("workspace " + workspaceId + " has contacts");

        DB.database().write(handle -> Contacts.delete(handle, workspaceId, contact));
        int gone = DB.database().write(handle -> handle.execute("delete from workspace where id = ?", workspaceId));
        assertThat(gone).isEqualTo(1);
    }

    private void join() {
        DB.database().write(handle -> {
            Lists.add(handle, workspaceId, List.of(list), contact);
            return 0;
        });
    }

    private long members() {
        return DB.database()
                .read(handle -> handle.select(
                                "select count(*) from list_member where list_id = ? or contact_id = ?", list, contact)
                        .mapTo(Long.class)
                        .one());
    }
}
