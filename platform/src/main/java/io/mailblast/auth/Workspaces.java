package io.mailblast.auth;

import io.mailblast.db.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/// The workspaces of an installation, which is an operator's view: everybody else sees the own one only.
final class Workspaces {

    private static final String COLUMNS = "id, name, weight, created_at";

    private static final RowMapper<Workspace> ROW = (row, context) -> new Workspace(
            row.getLong("id"),
            row.getString("name"),
            row.getInt("weight"),
            row.getObject("created_at", java.time.OffsetDateTime.class).toInstant());

    private final Database database;

    Workspaces(Database database) {
        this.database = database;
    }

    /// @param weight its share among the workspaces that send at the same time, 1 to 1,000
    record Workspace(long id, String name, int weight, Instant createdAt) {}

    /// A page of them, by id.
    ///
    /// @param after the last id of the page before, or 0
    List<Workspace> list(long after, int limit) {
        return database.read(handle -> handle.createQuery(
                        "select " + COLUMNS + " from workspace where id > :after order by id limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map(ROW)
                .list());
    }

    Optional<Workspace> find(long id) {
        return database.read(handle -> handle.createQuery("select " + COLUMNS + " from workspace where id = :id")
                .bind("id", id)
                .map(ROW)
                .findOne());
    }

    /// Workers see it with the next range that they lease.
    ///
    /// @return nothing where there is no such workspace
    Optional<Workspace> weigh(long id, int weight) {
        return database.write(handle -> handle.createQuery(
                        "update workspace set weight = :weight where id = :id returning " + COLUMNS)
                .bind("id", id)
                .bind("weight", weight)
                .map(ROW)
                .findOne());
    }
}
