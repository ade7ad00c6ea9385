package io.mailblast.audience;

import io.mailblast.audience.ImportJobs.Counts;
import io.mailblast.db.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/// Writes what was staged: contacts, lists, memberships, refused rows and the job's end, in one transaction and
/// a handful of statements, whatever the number of rows. Either all of an import is there, with its counts, or
/// nothing of it.
///
/// Who is new is told apart once, and gets its number then, so that memberships need no second look for it. New
/// contacts are inserted without regard to conflicts, which costs a third less; where somebody else was faster
/// the transaction fails with 23505, and the next one finds that contact among the known.
final class ImportMerge {

    /// `lock_timeout` is for requests: another import into the same workspace may take its minutes.
    private static final String SETTINGS = "set local work_mem = '64MB'; set local lock_timeout = 0";

    /// Of one statement; a million rows take a few minutes on a slow disk.
    private static final Duration LONGEST = Duration.ofHours(2);

    /// Imports into one workspace write one after the other: they would wait for each other's addresses anyway.
    private static final String LOCK_WORKSPACE = """
            select pg_advisory_xact_lock(hashtextextended('mailblast.import.workspace', :workspaceId))
            """;

    /// Before the job's row, which the deletion of its list changes after the list's.
    private static final String LOCK_LIST = """
            select l.id from import_job j join contact_list l on l.id = j.list_id where j.id = :id for key share of l
            """;

    /// Whoever cancels the job waits for this lock, so that it ends before or after, never within.
    private static final String LOCK_JOB = """
            select id from import_job where id = :id and state = 'running' for update
            """;

    /// The first row of each address, with the number of its contact. It lies in the order of the addresses, in
    /// which contacts are inserted below: neighbours in the index, and ascending numbers.
    private static final String FIRSTS = """
            create temp table import_first on commit drop as
            select f.line, f.email, f.address, f.first_name, f.last_name, f.attributes, f.lists,
                coalesce(c.id, nextval('contact_id_seq')) as contact_id, c.id is not null as known
            from (
                select distinct on (address) line, email, address, first_name, last_name, attributes, lists
                from import_row
                order by address, line) f
            left join contact c on c.workspace_id = :workspaceId and c.address = f.address
            order by f.address
            """;

    private static final String COUNT = """
            select count(*) as firsts, count(*) filter (where known) as known, (select count(*) from import_row) as staged
            from import_first
            """;

    /// Rows that would make the attributes of a contact that is there larger than they may be.
    private static final String TOO_LARGE = """
            insert into import_fault (line, text, reason)
            select f.line, f.email, 'attributes would have more than ' || :maxBytes || ' bytes with those that are there'
            from import_first f
            join contact c on c.id = f.contact_id
            where f.known
            and octet_length(c.attributes::text) + octet_length(f.attributes::text) > :maxBytes
            and octet_length((c.attributes || f.attributes)::text) > :maxBytes
            """;

    private static final String UNKNOWN = """
            insert into import_fault (line, text, reason)
            select line, email, 'email belongs to no contact, and this import only adds contacts to lists'
            from import_first
            where not known
            """;

    private static final String WITHOUT_FAULTS = """
            delete from import_first f using import_fault e where e.line = f.line
            """;

    private static final String NEW_CONTACTS = """
            insert into contact (id, workspace_id, email, address, first_name, last_name, attributes)
            overriding system value
            select contact_id, :workspaceId, email, address, first_name, last_name, attributes
            from import_first
            where not known
            """;

    /// Changed only where the file says something else; empty cells say nothing.
    private static final String KNOWN_CONTACTS = """
            update contact c set
                first_name = coalesce(f.first_name, c.first_name),
                last_name = coalesce(f.last_name, c.last_name),
                attributes = c.attributes || f.attributes,
                updated_at = now()
            from import_first f
            where f.known and c.id = f.contact_id
            and (coalesce(f.first_name, c.first_name), coalesce(f.last_name, c.last_name), c.attributes || f.attributes)
                is distinct from (c.first_name, c.last_name, c.attributes)
            """;

    private static final String NEW_LISTS = """
            insert into contact_list (workspace_id, name)
            select :workspaceId, named.name
            from unnest(:names) with ordinality named (name, no)
            where named.no - 1 in (select unnest(lists) from import_first)
            order by named.name
            on conflict (workspace_id, name) do nothing
            """;

    /// Held to the end, since no foreign key holds them.
    private static final String LISTS = """
            select id, name from contact_list
            where workspace_id = :workspaceId and name = any(:names)
            for key share
            """;

    /// Each row's lists, and the job's, which the row may name too.
    private static final String WANTED = """
            select (:listIds::bigint[])[1 + unnest(case when lists && :everyone then lists else lists || :everyone end)]
                as list_id, contact_id
            from import_first
            """;

    /// Of contacts that nobody else can see yet.
    private static final String NEW_MEMBERS =
            "insert into list_member (list_id, contact_id) " + WANTED + "where not known order by 1, 2";

    /// Who is on a list stays as they are, and so does who left it. The contacts are held, since no foreign key
    /// holds them; one that was deleted meanwhile is left out.
    private static final String KNOWN_MEMBERS = """
            with joined as (
                insert into list_member (list_id, contact_id)
                select wanted.list_id, c.id
                from (%s where known) wanted
                join contact c on c.id = wanted.contact_id
                where not exists (
                    select from list_member m where m.list_id = wanted.list_id and m.contact_id = wanted.contact_id)
                for key share of c
                on conflict (list_id, contact_id) do nothing
                returning contact_id)
            select count(distinct contact_id) from joined
            """.formatted(WANTED);

    private static final String FAULTS = """
            insert into import_error (import_id, line, text, reason)
            select :id, line, text, reason from import_fault order by line limit :limit
            """;

    private static final String END = """
            update import_job set state = 'done', finished_at = clock_timestamp(), bytes_read = bytes_total,
                total = :total, imported = :imported, updated = :updated, unchanged = :unchanged,
                duplicate = :duplicate, invalid = :invalid
            where id = :id
            """;

    private final Handle handle;
    private final long workspaceId;
    private final long jobId;
    private final ImportMode mode;
    private final List<String> listNames;

    /// @param listNames what the staged rows' `lists` are numbers of
    ImportMerge(Handle handle, long workspaceId, long jobId, ImportMode mode, List<String> listNames) {
        this.handle = handle;
        this.workspaceId = workspaceId;
        this.jobId = jobId;
        this.mode = mode;
        this.listNames = listNames;
    }

    /// @param firsts rows whose address stands no further up
    /// @param known those of them that have a contact
    private record Found(long staged, long firsts, long known) {}

    /// Runs within a transaction of the session that staged the rows.
    ///
    /// @param total rows of the file
    /// @param refused those of them that were not staged
    /// @throws ImportCancelledException where the job is no longer running
    /// @throws org.jdbi.v3.core.JdbiException with SQLSTATE 23505 where one of its new contacts was made
    ///     meanwhile; nothing is written then, and it can run again
    Counts run(long total, long refused, int maxErrorsKept) throws ImportCancelledException {
        Database.allow(handle, LONGEST);
        handle.execute(SETTINGS);
        handle.createQuery(LOCK_WORKSPACE)
                .bind("workspaceId", workspaceId)
                .mapToMap()
                .one();
        Long listId = handle.createQuery(LOCK_LIST)
                .bind("id", jobId)
                .mapTo(Long.class)
                .findOne()
                .orElse(null);
        long _ = handle.createQuery(LOCK_JOB)
                .bind("id", jobId)
                .mapTo(Long.class)
                .findOne()
                .orElseThrow(ImportCancelledException::new);
        handle.createUpdate(FIRSTS).bind("workspaceId", workspaceId).execute();
        Found found = handle.createQuery(COUNT)
                .map((row, _) -> new Found(row.getLong("staged"), row.getLong("firsts"), row.getLong("known")))
                .one();
        long unknown = mode == ImportMode.LIST_ONLY ? refuse(handle.createUpdate(UNKNOWN)) : 0;
        long tooLarge = mode == ImportMode.UPDATE && found.known() > 0
                ? refuse(handle.createUpdate(TOO_LARGE).bind("maxBytes", Contacts.MAX_ATTRIBUTE_BYTES))
                : 0;
        long imported = mode == ImportMode.LIST_ONLY
                ? 0
                : handle.createUpdate(NEW_CONTACTS)
                        .bind("workspaceId", workspaceId)
                        .execute();
        long updated = mode == ImportMode.UPDATE && found.known() > 0
                ? handle.createUpdate(KNOWN_CONTACTS).execute()
                : 0;
        long joined = join(listId, imported, found.known());
        handle.createUpdate(FAULTS)
                .bind("id", jobId)
                .bind("limit", maxErrorsKept)
                .execute();
        long changed = mode == ImportMode.LIST_ONLY ? joined : updated;
        Counts counts = new Counts(
                total,
                imported,
                changed,
                found.firsts() - unknown - tooLarge - imported - changed,
                found.staged() - found.firsts(),
                refused + unknown + tooLarge);
        end(counts);
        return counts;
    }

    /// @return how many rows are no longer among those to be written
    private long refuse(Update faults) {
        int refused = faults.execute();
        if (refused > 0) {
            handle.execute(WITHOUT_FAULTS);
        }
        return refused;
    }

    /// Puts new and known contacts on the lists that their rows name, and on the job's.
    ///
    /// @return known contacts that are on a list more than before
    private long join(@Nullable Long listId, long imported, long known) {
        if (listNames.isEmpty() && listId == null) {
            return 0;
        }
        Map<String, Long> lists = lists();
        if (!lists.keySet().containsAll(listNames)) {
            handle.createUpdate(NEW_LISTS)
                    .bind("workspaceId", workspaceId)
                    .bindArray("names", String.class, listNames)
                    .execute();
            lists = lists();
        }
        // A list that only refused rows name was not made, and no row that is left has its number.
        List<@Nullable Long> ids = new ArrayList<>();
        for (String name : listNames) {
            ids.add(lists.get(name));
        }
        List<Integer> everyone = new ArrayList<>();
        if (listId != null) {
            if (!ids.contains(listId)) {
                ids.add(listId);
            }
            everyone.add(ids.indexOf(listId));
        }
        if (imported > 0) {
            handle.createUpdate(NEW_MEMBERS)
                    .bindArray("listIds", Long.class, ids)
                    .bindArray("everyone", Integer.class, everyone)
                    .execute();
        }
        return known == 0
                ? 0
                : handle.createQuery(KNOWN_MEMBERS)
                        .bindArray("listIds", Long.class, ids)
                        .bindArray("everyone", Integer.class, everyone)
                        .mapTo(Long.class)
                        .one();
    }

    private Map<String, Long> lists() {
        Map<String, Long> lists = new HashMap<>();
        handle.createQuery(LISTS)
                .bind("workspaceId", workspaceId)
                .bindArray("names", String.class, listNames)
                .map((row, _) -> Map.entry(row.getString("name"), row.getLong("id")))
                .forEach(list -> lists.put(list.getKey(), list.getValue()));
        return lists;
    }

    private void end(Counts counts) {
        handle.createUpdate(END)
                .bind("id", jobId)
                .bind("total", counts.total())
                .bind("imported", counts.imported())
                .bind("updated", counts.updated())
                .bind("unchanged", counts.unchanged())
                .bind("duplicate", counts.duplicate())
                .bind("invalid", counts.invalid())
                .execute();
    }
}
