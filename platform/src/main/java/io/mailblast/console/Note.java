package io.mailblast.console;

import java.util.Arrays;
import java.util.Locale;

/// What has just been done, in the words in which the next page says it.
enum Note {
    WELCOME("Welcome. This is your first account."),
    SAVED("Saved."),
    CREATED("Created."),
    DELETED("Deleted."),
    COPIED("Copied; this is the new draft."),
    SENDER_ADDED("The sender is there."),
    CHECKED("Checked again."),
    TEST_ON_ITS_WAY("The test mail is on its way."),
    SENDING("The campaign is being sent."),
    SCHEDULED("Scheduled."),
    DRAFT_AGAIN("It is a draft again."),
    PAUSED("Paused. Nothing more is begun."),
    RESUMED("It goes on."),
    CANCELLING("Cancelled. What is on its way still ends."),
    SETTLED("Settled."),
    IMPORTING("The file is here; the import runs."),
    IMPORT_CANCELLED("The import is cancelled. None of its contacts were kept."),
    SUPPRESSED("The address gets no more mail."),
    RELEASED("The address may get mail again."),
    ACKNOWLEDGED("Acknowledged."),
    NOTED("The note is kept."),
    SILENCED("Silenced."),
    HEARD("The silence has ended."),
    REVOKED("The key is revoked; nothing can use it any more."),
    DISABLED("The account is disabled; its sessions have ended.");

    private final String text;

    Note(String text) {
        this.text = text;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Empty for a word that is none of ours.
    static String text(String word) {
        return Arrays.stream(values())
                .filter(note -> note.word().equals(word))
                .map(note -> note.text)
                .findFirst()
                .orElse("");
    }
}
