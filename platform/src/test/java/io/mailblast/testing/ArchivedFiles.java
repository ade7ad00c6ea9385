package io.mailblast.testing;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Parquet files as another's reader finds them.
public final class ArchivedFiles {

    private ArchivedFiles() {}

    /// The rows of all files of a folder whose names begin so: each column's value as text, those that are null left
    /// out.
    public static List<Map<String, String>> rows(Path folder, String prefix) {
        List<Map<String, String>> rows = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList()) {
                rows.addAll(rows(file));
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Map<String, String>> rows(Path file) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
                RowReader found = reader.rowReader()) {
            while (found.hasNext()) {
                found.next();
                Map<String, String> row = new HashMap<>();
                for (int i = 0; i < found.getFieldCount(); i++) {
                    if (!found.isNull(i)) {
                        row.put(found.getFieldName(i), String.valueOf(found.getValue(i)));
                    }
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
