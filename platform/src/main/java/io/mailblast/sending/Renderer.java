package io.mailblast.sending;

import io.mailblast.content.Newsletter;
import io.mailblast.content.TemplateException;
import io.mailblast.content.WireMessage;
import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.Mail;
import io.mailblast.key.MessageId;
import java.time.InstantSource;

/// One recipient's mail from the campaign's prepared form. What a template or a recipient's values can do wrong
/// is bounded in time and size (see `content`), and ends here as a reason: that recipient alone has failed.
final class Renderer {

    private final Newsletters newsletters;
    private final Delivery delivery;
    private final InstantSource clock;

    Renderer(Newsletters newsletters, Delivery delivery, InstantSource clock) {
        this.newsletters = newsletters;
        this.delivery = delivery;
        this.clock = clock;
    }

    /// What became of a rendering.
    sealed interface Rendered {

        record Ready(Mail mail) implements Rendered {}

        /// @param reason fit for whoever wrote the template
        record Failed(String reason) implements Rendered {}
    }

    /// @param hand in which the message is while it is made
    Rendered render(Work work, InHand.Hand hand) {
        try {
            return new Rendered.Ready(mail(work, hand));
        } catch (RuntimeException e) {
            return new Rendered.Failed("cannot be rendered: " + e.getMessage());
        } catch (StackOverflowError e) {
            return new Rendered.Failed("cannot be rendered: it is nested too deep");
        }
    }

    /// What one mail of the work's campaign takes of memory, in bytes, as far as is known.
    ///
    /// @throws RuntimeException where the database does not say what the campaign's content is
    long footprint(Work work) {
        try {
            return newsletters.of(work.range().campaignId()).footprint().each();
        } catch (TemplateException e) {
            // Who renders it says so.
            return Newsletters.USUAL_FOOTPRINT;
        }
    }

    private Mail mail(Work work, InHand.Hand hand) {
        Newsletters.Compiled compiled = newsletters.of(work.range().campaignId());
        Newsletter newsletter = compiled.of(work);
        // After the form is there: compiling it is not this message's doing.
        hand.rendering(work);
        MessageId id = compiled.id(work);
        WireMessage message = newsletter.write(id, work.email(), work.values(), clock.instant());
        compiled.footprint().seen(message.message().ownLength());
        Mail mail = new Mail(
                newsletter.sender().email(),
                work.email(),
                message.message(),
                message.trackingId(),
                Long.toString(work.range().campaignId()));
        return delivery.prepare(newsletters.returnPath().on(mail, id));
    }
}
