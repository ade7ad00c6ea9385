package io.mailblast.sending;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Neighbours of one lease that something happens to at once: one row says so of all of them.
///
/// @param range the lease
/// @param members in the order of their numbers, 1 to [#LONGEST], without a gap
record Run<T>(LeasedRange range, int firstNo, List<T> members) {

    /// As the table says (migration V26).
    static final int LONGEST = 64;

    int lastNo() {
        return firstNo + members.size() - 1;
    }

    /// @param all in any order, each of another message
    /// @param work what each is about
    static <T> List<Run<T>> of(List<T> all, Function<T, Work> work) {
        List<T> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(
                work,
                Comparator.comparingLong((Work each) -> each.range().id())
                        .thenComparingInt(each -> each.range().epoch())
                        .thenComparingInt(Work::recipientNo)));
        List<Run<T>> runs = new ArrayList<>();
        for (T each : sorted) {
            Work its = work.apply(each);
            if (runs.isEmpty() || !runs.getLast().goesOn(its)) {
                runs.add(new Run<>(its.range(), its.recipientNo(), new ArrayList<>()));
            }
            runs.getLast().members().add(each);
        }
        return runs;
    }

    /// Binds four arrays: ranges, epochs, first and last numbers.
    static <T> void bind(Connection connection, PreparedStatement statement, int from, List<Run<T>> runs)
            throws SQLException {
        statement.setArray(
                from, SqlArrays.longs(connection, runs, run -> run.range().id()));
        statement.setArray(
                from + 1, SqlArrays.ints(connection, runs, run -> run.range().epoch()));
        statement.setArray(from + 2, SqlArrays.ints(connection, runs, Run::firstNo));
        statement.setArray(from + 3, SqlArrays.ints(connection, runs, Run::lastNo));
    }

    /// Takes whom rows of range, epoch, first and last number are about.
    static void take(ResultSet row, Set<SendFacts.Key> into) throws SQLException {
        for (int no = row.getInt(3); no <= row.getInt(4); no++) {
            into.add(new SendFacts.Key(row.getLong(1), row.getInt(2), no));
        }
    }

    private boolean goesOn(Work next) {
        return next.range().equals(range) && next.recipientNo() == lastNo() + 1 && members.size() < LONGEST;
    }
}
