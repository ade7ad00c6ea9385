package io.mailblast.bounce.reading;

import java.util.Locale;
import java.util.regex.Pattern;

/// Tells the answers of machines that answer for a person (RFC 3834) from bounces and letters.
final class AutoReply {

    private static final Pattern SUBJECT = Pattern.compile(
            "^(?:re: ?)?(?:\\[?(?:auto|automatic|automated)[- ]?(?:reply|response|answer)|autoreply|autoresponse|autoresponder"
                    + "|automatische (?:antwort|beantwortung)|abwesenheit|abwesend|ich bin (?:bis|nicht)|urlaub"
                    + "|r.ponse automatique|absence|absent|message d.absence|risposta automatica|respuesta autom"
                    + "|resposta autom|fuera de (?:la )?oficina|automatisch antwoord|afwezig"
                    + "|out of (?:the )?office|out of town|on vacation|vacation|away from|i am (?:away|out)|i'm (?:away|out)"
                    + "|thank you for (?:contacting|your (?:e-?mail|message))|ticket (?:received|created)|\\[?ticket"
                    + "|.{0,20}(?:自動返信|自動応答|自动回复|不在)|автоответ)");

    private AutoReply() {}

    static boolean is(MailParts parts) {
        String subject = parts.header("subject").toLowerCase(Locale.ROOT).strip();
        String from = parts.header("from").toLowerCase(Locale.ROOT);
        String submitted = parts.header("auto-submitted").toLowerCase(Locale.ROOT);
        boolean server = from.contains("mailer-daemon")
                || from.contains("postmaster")
                || !parts.header("x-failed-recipients").isEmpty();
        if (server) {
            return false;
        }
        return SUBJECT.matcher(subject).find()
                || (submitted.startsWith("auto-replied") && !looksLikeFailure(subject))
                || !parts.header("x-autoreply").isEmpty()
                || !parts.header("x-autorespond").isEmpty()
                || !parts.header("x-autoresponder").isEmpty()
                || parts.header("precedence").toLowerCase(Locale.ROOT).strip().equals("auto_reply");
    }

    private static boolean looksLikeFailure(String subject) {
        return subject.contains("fail")
                || subject.contains("undeliver")
                || subject.contains("return")
                || subject.contains("deliver");
    }
}
