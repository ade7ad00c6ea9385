package io.mailblast.audience;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.audience.csv.CsvRefusedException;
import io.mailblast.http.SafeCell;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the columns of a file mean, told by its header, and what its rows come to by that.
///
/// `email`, `name`, `first_name`, `last_name` and `segment` or `list` are known in any case and order, and by a
/// few other spellings; every other column is an attribute of its name. A column without a name is left out. Whoever
/// imports may say otherwise.
final class ImportColumns {

    private static final int MAX_NAME = 200;
    private static final int MAX_KEY = 100;

    /// Of one file; more of them is a column that is no segment.
    private static final int MAX_LISTS = 1_000;

    private final ColumnMeaning[] meanings;
    private final List<String> header;
    private final boolean hasAttributes;
    private final Map<String, Integer> lists = new LinkedHashMap<>();

    private ImportColumns(ColumnMeaning[] meanings, List<String> header) {
        this.meanings = meanings;
        this.header = header;
        this.hasAttributes = List.of(meanings).contains(ColumnMeaning.ATTRIBUTE);
    }

    /// What a row comes to.
    sealed interface Row {

        /// @param attributes a JSON object
        /// @param lists numbers of [ImportColumns#listNames]
        record Contact(
                EmailAddress email,
                @Nullable String firstName,
                @Nullable String lastName,
                String attributes,
                List<Integer> lists)
                implements Row {}

        /// @param reason for a person, a phrase that begins with the column's name
        record Refused(String reason) implements Row {}
    }

    /// @param said what the columns are, one for each; empty for what their names say
    /// @throws CsvRefusedException where there is no e-mail column, two columns mean the same, or another number of
    ///     them is said
    static ImportColumns of(List<String> header, List<ColumnMeaning> said) throws CsvRefusedException {
        if (!said.isEmpty() && said.size() != header.size()) {
            throw new CsvRefusedException("The file has " + header.size() + " columns, and it was said what "
                    + said.size() + " of them are.");
        }
        ColumnMeaning[] meanings = meanings(header, said).toArray(ColumnMeaning[]::new);
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < meanings.length; i++) {
            String name = header.get(i);
            if (meanings[i] == ColumnMeaning.ATTRIBUTE) {
                requireKey(name, i + 1);
            }
            boolean twice = meanings[i] != ColumnMeaning.NONE
                    && meanings[i] != ColumnMeaning.LIST
                    && !seen.add(meanings[i] == ColumnMeaning.ATTRIBUTE ? SafeCell.read(name) : meanings[i]);
            if (twice) {
                throw new CsvRefusedException(
                        "Two columns mean the same: the second is number " + (i + 1) + ", “" + name + "”.");
            }
        }
        if (!seen.contains(ColumnMeaning.EMAIL)) {
            String found = String.join(", ", header);
            throw new CsvRefusedException("There is no column called “email” in the first line. It has: "
                    + (found.length() > 300 ? found.substring(0, 300) + "…" : found));
        }
        return new ImportColumns(meanings, header.stream().map(SafeCell::read).toList());
    }

    /// What the columns are, whether or not a file of them can be imported.
    ///
    /// @param said as for [#of]
    static List<ColumnMeaning> meanings(List<String> header, List<ColumnMeaning> said) {
        return said.size() == header.size()
                ? said
                : header.stream().map(ImportColumns::named).toList();
    }

    private static void requireKey(String name, int number) throws CsvRefusedException {
        if (name.isEmpty()) {
            throw new CsvRefusedException("Column " + number + " has no name, and so cannot be an attribute.");
        }
        if (name.length() > MAX_KEY) {
            throw new CsvRefusedException("Column " + number + " has a name of more than " + MAX_KEY + " characters.");
        }
    }

    /// Whether rows can ask for lists.
    boolean nameLists() {
        return List.of(meanings).contains(ColumnMeaning.LIST);
    }

    /// Names of the lists that rows asked for, in the order of their numbers.
    List<String> listNames() {
        return List.copyOf(lists.keySet());
    }

    Row read(List<String> fields) {
        if (fields.size() < meanings.length || !isBlankFrom(fields, meanings.length)) {
            return new Row.Refused("has " + fields.size() + " fields where the first line has " + meanings.length);
        }
        EmailAddress email = null;
        String firstName = null;
        String lastName = null;
        String name = null;
        ObjectNode attributes = hasAttributes ? JsonNodeFactory.instance.objectNode() : null;
        List<Integer> numbers = List.of();
        for (int i = 0; i < meanings.length; i++) {
            String cell = SafeCell.read(fields.get(i).strip());
            switch (meanings[i]) {
                case EMAIL -> {
                    switch (EmailAddress.judgeTyped(cell)) {
                        case EmailAddress.Judgement.Accepted(EmailAddress value) -> email = value;
                        case EmailAddress.Judgement.Refused(String reason) -> {
                            return new Row.Refused("email " + reason);
                        }
                    }
                }
                case NAME -> name = oneLine(cell);
                case FIRST_NAME -> firstName = oneLine(cell);
                case LAST_NAME -> lastName = oneLine(cell);
                case LIST -> {
                    numbers = numbered(cell, numbers);
                    if (numbers == null) {
                        return new Row.Refused("%s names a list in more than %d characters, or the %d. list of the file"
                                .formatted(header.get(i), MAX_NAME, MAX_LISTS + 1));
                    }
                }
                case ATTRIBUTE -> {
                    if (attributes != null && !cell.isEmpty()) {
                        attributes.put(header.get(i), cell);
                    }
                }
                case NONE -> {}
            }
        }
        if (email == null) {
            throw new IllegalStateException("columns without an e-mail column");
        }
        if (name != null) {
            int space = name.indexOf(' ');
            firstName = firstName == null ? name.substring(0, space < 0 ? name.length() : space) : firstName;
            lastName = lastName == null && space >= 0 ? name.substring(space + 1) : lastName;
        }
        if (isTooLong(firstName) || isTooLong(lastName)) {
            return new Row.Refused("name has more than " + MAX_NAME + " characters");
        }
        String json = attributes == null || attributes.isEmpty() ? "{}" : attributes.toString();
        if (json.length() * 3L > Contacts.MAX_ATTRIBUTE_BYTES
                && json.getBytes(StandardCharsets.UTF_8).length > Contacts.MAX_ATTRIBUTE_BYTES) {
            return new Row.Refused("attributes have more than " + Contacts.MAX_ATTRIBUTE_BYTES + " bytes");
        }
        return new Row.Contact(email, firstName, lastName, json, numbers);
    }

    private static boolean isBlankFrom(List<String> fields, int from) {
        for (int i = from; i < fields.size(); i++) {
            if (!fields.get(i).isBlank()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTooLong(@Nullable String name) {
        return name != null && name.length() > MAX_NAME;
    }

    /// Names go into a mail's headers: control characters and runs of space become one space.
    private static @Nullable String oneLine(String cell) {
        boolean plain = true;
        for (int i = 0; i < cell.length() && plain; i++) {
            char c = cell.charAt(i);
            plain = (c > ' ' && c < 0x7F)
                    || (c == ' ' && i > 0 && cell.charAt(i - 1) != ' ')
                    || (c > 0xA0 && c < 0x2000);
        }
        String clean = plain
                ? cell
                : cell.replaceAll("[\\s\\p{Cntrl}\\u2028\\u2029\\u00A0]+", " ").strip();
        return clean.isEmpty() ? null : clean;
    }

    /// @return null for a name that is too long, or that is one too many
    private @Nullable List<Integer> numbered(String cell, List<Integer> before) {
        if (cell.isEmpty()) {
            return before;
        }
        List<Integer> numbers = new ArrayList<>(before);
        for (String part : cell.split("[;|]")) {
            String name = oneLine(part.strip());
            if (name == null) {
                continue;
            }
            Integer number = lists.get(name);
            if (number == null) {
                if (name.length() > MAX_NAME || lists.size() >= MAX_LISTS) {
                    return null;
                }
                number = lists.size();
                lists.put(name, number);
            }
            if (!numbers.contains(number)) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static ColumnMeaning named(String name) {
        return switch (name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", "_")) {
            case "email", "e_mail", "email_address", "e_mail_address" -> ColumnMeaning.EMAIL;
            case "name", "full_name" -> ColumnMeaning.NAME;
            case "first_name", "firstname" -> ColumnMeaning.FIRST_NAME;
            case "last_name", "lastname" -> ColumnMeaning.LAST_NAME;
            case "segment", "segments", "list", "lists" -> ColumnMeaning.LIST;
            case "" -> ColumnMeaning.NONE;
            default -> ColumnMeaning.ATTRIBUTE;
        };
    }
}
