package io.mailblast.console;

import io.mailblast.http.Answer;
import java.util.List;

/// A page with a form. What is wrong with it brings the same page again, with all that was typed.
interface FormPage {

    /// What is in the form before anybody types.
    Form stored(Visit visit) throws Exception;

    Answer show(Visit visit, Form form, Trouble trouble) throws Exception;

    /// @throws io.mailblast.http.ProblemException for what the person can mend
    Answer submit(Visit visit, Form form) throws Exception;

    /// The fields that can say what is wrong with them.
    List<String> fields();
}
