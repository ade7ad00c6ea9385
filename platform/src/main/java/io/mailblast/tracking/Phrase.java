package io.mailblast.tracking;

import java.util.Locale;

/// What pages for recipients say, in each language that they speak. `%s` is an address or a host.
enum Phrase {
    ASK("Unsubscribe?", "Abmelden?", "Se désabonner ?", "¿Darse de baja?", "退订?"),
    ALREADY(
            "%s gets no more mail from us already.",
            "%s bekommt schon keine E-Mails mehr von uns.",
            "%s ne reçoit déjà plus d'e-mails de notre part.",
            "%s ya no recibe correos nuestros.",
            "%s 已不再收到我们的邮件。"),
    WILL_END(
            "All our mail to %s will end.",
            "Alle unsere E-Mails an %s enden.",
            "Tous nos envois à %s prendront fin.",
            "Terminarán todos nuestros correos a %s.",
            "我们将不再向 %s 发送任何邮件。"),
    WILL_END_TO_YOU(
            "All our mail to you will end.",
            "Alle unsere E-Mails an Sie enden.",
            "Tous nos envois prendront fin.",
            "Terminarán todos nuestros correos.",
            "我们将不再向您发送任何邮件。"),
    UNSUBSCRIBE("Unsubscribe", "Abmelden", "Se désabonner", "Darse de baja", "退订"),
    OR_LISTS(
            "Or leave only these lists",
            "Oder nur diese Listen verlassen",
            "Ou quitter seulement ces listes",
            "O dejar solo estas listas",
            "或仅退出以下列表"),
    LEAVE(
            "Leave what is ticked",
            "Angekreuztes verlassen",
            "Quitter les listes cochées",
            "Dejar las marcadas",
            "退出所选列表"),
    TEST_LINK(
            "This link is from a test mail: nothing will change.",
            "Dieser Link ist aus einer Test-E-Mail: Es ändert sich nichts.",
            "Ce lien vient d'un e-mail de test : rien ne changera.",
            "Este enlace es de un correo de prueba: no cambiará nada.",
            "此链接来自测试邮件:不会有任何更改。"),
    NOTHING_CHOSEN("Nothing was chosen", "Nichts ausgewählt", "Rien n'a été choisi", "No se eligió nada", "未作选择"),
    CHOOSE(
            "Go back and choose what is to end, or end all our mail to you:",
            "Gehen Sie zurück und wählen Sie, was enden soll, oder beenden Sie alle unsere E-Mails an Sie:",
            "Revenez en arrière et choisissez ce qui doit prendre fin, ou mettez fin à tous nos envois :",
            "Vuelva y elija qué debe terminar, o termine todos nuestros correos:",
            "请返回并选择要退出的内容,或停止接收我们的所有邮件:"),
    WAS_TEST("This was a test", "Das war ein Test", "C'était un test", "Era una prueba", "这是一次测试"),
    NOTHING_CHANGED(
            "The link is from a test mail; nothing has changed.",
            "Der Link ist aus einer Test-E-Mail; es hat sich nichts geändert.",
            "Le lien vient d'un e-mail de test ; rien n'a changé.",
            "El enlace es de un correo de prueba; no ha cambiado nada.",
            "该链接来自测试邮件;没有任何更改。"),
    UNSUBSCRIBED("You are unsubscribed", "Sie sind abgemeldet", "Vous êtes désabonné(e)", "Se ha dado de baja", "您已退订"),
    NO_MORE(
            "You will get no more mail from us.",
            "Sie bekommen keine E-Mails mehr von uns.",
            "Vous ne recevrez plus d'e-mails de notre part.",
            "No recibirá más correos nuestros.",
            "您将不再收到我们的邮件。"),
    LEFT("You have left", "Sie haben die Listen verlassen", "C'est fait", "Ha dejado las listas", "您已退出"),
    NO_MORE_OF_THAT(
            "You will get no more mail of what you ticked.",
            "Von dem, was Sie angekreuzt haben, bekommen Sie keine E-Mails mehr.",
            "Vous ne recevrez plus d'e-mails des listes cochées.",
            "No recibirá más correos de lo que marcó.",
            "您将不再收到所选列表的邮件。"),
    NO_SUCH_LINK(
            "This link does not work",
            "Dieser Link funktioniert nicht",
            "Ce lien ne fonctionne pas",
            "Este enlace no funciona",
            "此链接无效"),
    CUT_OFF(
            "It may have been cut off on its way. Copy the whole link from the mail, or answer the mail.",
            "Vielleicht wurde er unterwegs abgeschnitten. Kopieren Sie den ganzen Link aus der E-Mail, oder antworten Sie auf sie.",
            "Il a peut-être été coupé en chemin. Copiez le lien entier depuis l'e-mail, ou répondez à l'e-mail.",
            "Puede que se haya cortado por el camino. Copie el enlace entero del correo, o responda al correo.",
            "链接可能在传输中被截断。请从邮件中复制完整链接,或直接回复邮件。"),
    TOO_OLD(
            "It is too old: who got that mail is no longer on record. Answer the mail to ask for no more.",
            "Er ist zu alt: Wer diese E-Mail bekam, ist nicht mehr gespeichert. Antworten Sie auf die E-Mail, um keine mehr zu bekommen.",
            "Il est trop ancien : nous ne savons plus qui a reçu cet e-mail. Répondez-y pour ne plus en recevoir.",
            "Es demasiado antiguo: ya no consta quién recibió ese correo. Responda al correo para no recibir más.",
            "链接已过期:我们不再保存该邮件的收件人记录。如不想再收到邮件,请直接回复该邮件。"),
    LEADS_TO(
            "This link leads to %s",
            "Dieser Link führt zu %s", "Ce lien mène à %s", "Este enlace lleva a %s", "此链接通往 %s"),
    NOT_CONFIRMED(
            "We cannot confirm that this link is from one of our mails. Go on only if you know where it leads:",
            "Wir können nicht bestätigen, dass dieser Link aus einer unserer E-Mails stammt. Gehen Sie nur weiter, wenn Sie wissen, wohin er führt:",
            "Nous ne pouvons pas confirmer que ce lien vient d'un de nos e-mails. Ne continuez que si vous savez où il mène :",
            "No podemos confirmar que este enlace sea de uno de nuestros correos. Siga solo si sabe adónde lleva:",
            "我们无法确认此链接来自我们的邮件。请仅在知道其去向时继续:"),
    GO_TO("Go to %s", "Weiter zu %s", "Aller à %s", "Ir a %s", "前往 %s");

    private final String english;
    private final String german;
    private final String french;
    private final String spanish;
    private final String chinese;

    Phrase(String english, String german, String french, String spanish, String chinese) {
        this.english = english;
        this.german = german;
        this.french = french;
        this.spanish = spanish;
        this.chinese = chinese;
    }

    String in(Language language) {
        return switch (language) {
            case EN -> english;
            case DE -> german;
            case FR -> french;
            case ES -> spanish;
            case ZH -> chinese;
        };
    }

    /// @param value put where the phrase has its `%s`
    String in(Language language, String value) {
        return in(language).replace("%s", value);
    }

    /// The languages of these pages; a recipient gets the first that the browser asks for, else English.
    enum Language {
        EN,
        DE,
        FR,
        ES,
        ZH;

        /// As HTML's `lang` has it (BCP 47).
        String tag() {
            return this == ZH ? "zh-Hans" : name().toLowerCase(Locale.ROOT);
        }

        /// @param accepted an `Accept-Language` (RFC 9110 §12.5.4), whatever it holds
        static Language of(String accepted) {
            if (accepted.length() > 500) {
                return EN;
            }
            try {
                for (Locale.LanguageRange range : Locale.LanguageRange.parse(accepted)) {
                    String primary = range.getRange().split("-", 2)[0].toUpperCase(Locale.ROOT);
                    for (Language language : values()) {
                        if (range.getWeight() > 0 && language.name().equals(primary)) {
                            return language;
                        }
                    }
                }
            } catch (IllegalArgumentException e) {
                // No list of languages: English, as for no header at all.
            }
            return EN;
        }
    }
}
