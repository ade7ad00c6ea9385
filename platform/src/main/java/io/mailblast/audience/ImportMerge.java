package io.mailblast.audience;

import io.mailblast.audience.ImportJobs.Counts;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Writes what was staged: contacts, lists, memberships, refused rows and the job's end, in one transaction and a
/// handful
/// of statements, whatever the number of rows. Either all of an import is there, with its counts, or nothing of it.
final class ImportMerge {

    private static final String SETTINGS = """
            set local statement_timeout = 0;
            set local work_mem = '64MB'
            """;

    /// Whoever cancels the job waits for this lock, so that it ends before or after, never within.
    private static final String LOCK_JOB = """
            select list_id from import_job where id = :id and state = 'running' for update
            """;

    /// The first row of each address; the order is that in which contacts are locked below, the same for all imports.
    private static final String FIRSTS = """
            create temp table import_first on commit drop as
            select distinct on (address) line, email, address, first_name, last_name, attributes, lists
            from import_row
            order by address, line
            """;

    /// Rows that would make the attributes of a contact that is there larger than they may be.
    private static final String TOO_LARGE = """
            insert into import_fault (line, text, reason)
            select f.line, f.email, 'attributes would have more than ' || :maxBytes || ' bytes with those that are there'
            from import_first f
            join contact c on c.workspace_id = :workspaceId and c.address = f.address
            where octet_length(c.attributes::text) + octet_length(f.attributes::text) > :maxBytes
            and octet_length((c.attributes || f.attributes)::text) > :maxBytes
            """;

    private static final String WITHOUT_TOO_LARGE = """
            delete from import_first f using import_fault e where e.line = f.line
            """;

    /// What is there is changed only where the file says something else; empty cells say nothing. `old` is PostgreSQL
    /// 18:
    /// it is null for a row that was inserted. Rows that the last `where` leaves out are locked all the same.
    private static final String CONTACTS = """
            with written as (
                insert into contact as c (workspace_id, email, address, first_name, last_name, attributes)
                select :workspaceId, email, address, first_name, last_name, attributes
                from import_first order by address
                on conflict (workspace_id, address) do update set
                    first_name = coalesce(excluded.first_name, c.first_name),
                    last_name = coalesce(excluded.last_name, c.last_name),
                    attributes = c.attributes || excluded.attributes,
                    updated_at = now()
                where (coalesce(excluded.first_name, c.first_name), coalesce(excluded.last_name, c.last_name),
                    c.attributes || excluded.attributes)
                    is distinct from (c.first_name, c.last_name, c.attributes)
                returning old.id is null as is_new)
            select count(*) filter (where is_new), count(*) filter (where not is_new) from written
            """;

    private static final String NEW_LISTS = """
            insert into contact_list (workspace_id, name)
            select :workspaceId, named.name
            from unnest(:names) with ordinality named (name, no)
            where named.no - 1 in (select unnest(lists) from import_first)
            order by named.name
            on conflict (workspace_id, name) do nothing
            """;

    /// Who is on a list stays as they are, and so does who left it.
    private static final String MEMBERS = """
            insert into list_member (list_id, contact_id)
            select wanted.list_id, c.id
            from (
                select l.id as list_id, f.address
                from import_first f
                cross join unnest(f.lists) as at (list_no)
                join unnest(:names) with ordinality named (name, no) on named.no - 1 = at.list_no
                join contact_list l on l.workspace_id = :workspaceId and l.name = named.name
                union
                select :listId::bigint, address from import_first where :listId::bigint is not null) wanted
            join contact c on c.workspace_id = :workspaceId and c.address = wanted.address
            order by wanted.list_id, c.id
            on conflict (list_id, contact_id) do nothing
            """;

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
    private final List<String> listNames;

    /// @param listNames what the staged rows' `lists` are numbers of
    ImportMerge(Handle handle, long workspaceId, long jobId, List<String> listNames) {
        this.handle = handle;
        this.workspaceId = workspaceId;
        this.jobId = jobId;
        this.listNames = listNames;
    }

    private record Written(long imported, long updated) {}

    /// Runs within a transaction of the session that staged the rows.
    ///
    /// @param total rows of the file
    /// @param refused those of them that were not staged
    /// @throws ImportCancelledException where the job is no longer running
    Counts run(long total, long refused, int maxErrorsKept) throws ImportCancelledException {
        handle.execute(SETTINGS);
        var job = handle.createQuery(LOCK_JOB)
                .bind("id", jobId)
                .mapToMap()
                .findOne()
                .orElseThrow(ImportCancelledException::new);
        Long listId = (Long) job.get("list_id");
        long staged = count("import_row");
        handle.execute(FIRSTS);
        handle.execute("analyze import_first (address, lists)");
        long firsts = count("import_first");
        long tooLarge = handle.createUpdate(TOO_LARGE)
                .bind("workspaceId", workspaceId)
                .bind("maxBytes", Contacts.MAX_ATTRIBUTE_BYTES)
                .execute();
        if (tooLarge > 0) {
            handle.execute(WITHOUT_TOO_LARGE);
        }
        Written written = handle.createQuery(CONTACTS)
                .bind("workspaceId", workspaceId)
                .map((row, _) -> new Written(row.getLong(1), row.getLong(2)))
                .one();
        if (!listNames.isEmpty()) {
            handle.createUpdate(NEW_LISTS)
                    .bind("workspaceId", workspaceId)
                    .bindArray("names", String.class, listNames)
                    .execute();
        }
        if (!listNames.isEmpty() || listId != null) {
            handle.createUpdate(MEMBERS)
                    .bind("workspaceId", workspaceId)
                    .bindArray("names", String.class, listNames)
                    .bind("listId", listId)
                    .execute();
        }
        handle.createUpdate(FAULTS)
                .bind("id", jobId)
                .bind("limit", maxErrorsKept)
                .execute();
        Counts counts = new Counts(
                total,
                written.imported(),
                written.updated(),
                firsts - tooLarge - written.imported() - written.updated(),
                staged - firsts,
                refused + tooLarge);
        handle.createUpdate(END)
                .bind("id", jobId)
                .bind("total", counts.total())
                .bind("imported", counts.imported())
                .bind("updated", counts.updated())
                .bind("unchanged", counts.unchanged())
                .bind("duplicate", counts.duplicate())
                .bind("invalid", counts.invalid())
                .execute();
        return counts;
    }

    private long count(String table) {
        return handle.createQuery("select count(*) from " + table)
                .mapTo(Long.class)
                .one();
    }
}
