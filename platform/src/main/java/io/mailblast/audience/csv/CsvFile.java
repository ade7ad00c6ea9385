package io.mailblast.audience.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A CSV file with a header, read once from its beginning to its end.
///
/// Encoding and delimiter are detected. Reading is lenient towards dialects (any line break, blank lines, quotes where
/// they are not needed) and strict towards damage: what is damaged comes out as [CsvRow.Unreadable], at the cost of its
/// own line only. A quote that is never closed, which would swallow the rest of the file, costs the line that it is on.
///
/// [RecordBuffer] finds where a record ends, so that memory is bounded and reading can go on; FastCSV reads the record.
public final class CsvFile implements Closeable {

    /// How much of an unreadable line is handed out.
    static final int SHOWN_CHARS = 500;

    /// What bytes become that are no text. Not U+FFFD, which may stand in a file since an earlier loss: this one is no
    /// character at all (Unicode 23.7), so no sound text has it.
    private static final char DAMAGED = '\uFFFF';

    private static final int MAX_COLUMNS = 1_000;

    /// How many characters may be read twice because of quotes that are never closed. Far above any real file; without
    /// it, one that is made for it could keep a reader busy for hours.
    private static final long MAX_READ_AGAIN = 1L << 31;

    private final CountingStream bytes;
    private final Reader reader;
    private final RecordBuffer records;
    private final int maxRecordChars;
    private final TextEncoding encoding;
    private final char delimiter;
    private final CsvReader.CsvReaderBuilder parser;
    private final List<String> header;
    private final long headerLine;
    private long readAgain;

    private CsvFile(CountingStream bytes, TextEncoding encoding, int maxRecordChars)
            throws IOException, CsvRefusedException {
        this.bytes = bytes;
        this.encoding = encoding;
        this.maxRecordChars = maxRecordChars;
        this.reader = new WithoutMark(new InputStreamReader(
                bytes,
                encoding.charset()
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE)
                        .replaceWith(String.valueOf(DAMAGED))));
        this.records = new RecordBuffer(reader, maxRecordChars);
        this.delimiter = Delimiter.detect(records.peek());
        this.parser = CsvReader.builder()
                .fieldSeparator(delimiter)
                .skipEmptyLines(false)
                .allowUnclosedQuote(false);
        CsvRow.Fields first = readHeader();
        this.header = first.fields().stream().map(String::strip).toList();
        this.headerLine = first.line();
    }

    /// Where the bytes of a file come from; asked twice, once to detect the encoding and once to read.
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /// Detects encoding and delimiter and reads the header.
    ///
    /// @param maxRecordChars the longest record, in characters; what is longer is unreadable
    /// @throws CsvRefusedException when there is no header that could be read
    public static CsvFile open(Source source, int maxRecordChars) throws IOException, CsvRefusedException {
        TextEncoding encoding;
        try (InputStream in = source.open()) {
            encoding = TextEncoding.detect(in);
        }
        CountingStream in = new CountingStream(source.open());
        try {
            return new CsvFile(in, encoding, maxRecordChars);
        } catch (IOException | CsvRefusedException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /// The names of the columns, without the space around them, otherwise as they stand in the file.
    public List<String> header() {
        return header;
    }

    public long headerLine() {
        return headerLine;
    }

    public TextEncoding encoding() {
        return encoding;
    }

    public char delimiter() {
        return delimiter;
    }

    /// How much of the file has been read, a little ahead of the rows that were handed out.
    public long bytesRead() {
        return bytes.count;
    }

    /// The next record or what stands in its place, or null at the end of the file.
    ///
    /// @throws CsvRefusedException when the file's quotes are too damaged to go on
    public @Nullable CsvRow next() throws IOException, CsvRefusedException {
        while (true) {
            long line = records.line();
            RecordBuffer.End end = records.find(delimiter);
            switch (end) {
                case NOTHING -> {
                    return null;
                }
                case TOO_LONG -> {
                    return new CsvRow.Unreadable(
                            line, records.skipLine(SHOWN_CHARS), "is longer than " + maxRecordChars + " characters");
                }
                case IN_QUOTES -> {
                    return givenUp(line, "has a quote that is never closed");
                }
                case COMPLETE -> {
                    String text = records.text();
                    if (text.isBlank()) {
                        records.take();
                    } else {
                        return parsed(line, text);
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private CsvRow.Fields readHeader() throws IOException, CsvRefusedException {
        CsvRow row = next();
        if (row instanceof CsvRow.Fields(long line, String text, List<String> _)
                && line == 1
                && Delimiter.isSeparatorLine(text)) {
            row = next();
        }
        return switch (row) {
            case null -> throw new CsvRefusedException("The file is empty.");
            case CsvRow.Fields fields -> fields;
            case CsvRow.Unreadable(long line, String _, String reason) ->
                throw new CsvRefusedException(
                        "Line " + line + " should hold the names of the columns, but it " + reason + ".");
        };
    }

    private CsvRow parsed(long line, String text) throws CsvRefusedException {
        String damage = damage(text);
        if (!damage.isEmpty() && !records.hasSeveralLines()) {
            records.take();
            return new CsvRow.Unreadable(line, shown(text), damage);
        }
        String[] fields;
        try {
            fields = parser.ofSingleCsvRecord(
                    StringArrayHandler.of(handler -> handler.maxFields(MAX_COLUMNS)
                            .maxFieldSize(maxRecordChars)
                            .maxRecordSize(maxRecordChars)),
                    text);
        } catch (CsvParseException e) {
            return givenUp(line, "has text behind a closing quote, or more than " + MAX_COLUMNS + " fields");
        }
        records.take();
        return damage.isEmpty()
                ? new CsvRow.Fields(line, text, List.of(fields))
                : new CsvRow.Unreadable(line, shown(text), damage);
    }

    /// Only the first line of the record is lost: what follows it may be whole records.
    private CsvRow givenUp(long line, String reason) throws CsvRefusedException {
        if (records.hasSeveralLines()) {
            readAgain += records.text().length();
            if (readAgain > MAX_READ_AGAIN) {
                throw new CsvRefusedException(
                        "The file has too many quotes that are never closed, the last one on line " + line + ".");
            }
        }
        String text = records.giveUpFirstLine();
        String damage = damage(text);
        return new CsvRow.Unreadable(line, shown(text), damage.isEmpty() ? reason : damage);
    }

    private static String damage(String text) {
        if (text.indexOf('\0') >= 0) {
            return "holds a NUL character";
        } else if (text.indexOf(DAMAGED) >= 0) {
            return "holds bytes that are no text in the file's encoding";
        }
        return "";
    }

    /// The beginning of a text, for people: not ending within a surrogate pair, with visible signs for what is no text.
    public static String shown(String text) {
        String beginning = text;
        if (text.length() > SHOWN_CHARS) {
            int end = Character.isHighSurrogate(text.charAt(SHOWN_CHARS - 1)) ? SHOWN_CHARS - 1 : SHOWN_CHARS;
            beginning = text.substring(0, end);
        }
        return beginning.replace(DAMAGED, '\uFFFD').replace('\0', '\u2400');
    }

    /// Leaves out the byte order mark.
    private static final class WithoutMark extends java.io.FilterReader {

        private boolean begun;

        WithoutMark(Reader in) {
            super(in);
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            if (begun || read <= 0) {
                return read;
            }
            begun = true;
            if (target[offset] != '\uFEFF') {
                return read;
            }
            System.arraycopy(target, offset + 1, target, offset, read - 1);
            return read > 1 ? read - 1 : super.read(target, offset, length);
        }
    }

    private static final class CountingStream extends FilterInputStream {

        private long count;

        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
