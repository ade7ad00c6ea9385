package io.mailblast.content;

import io.mailblast.mime.MessageBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One part of a message in quoted-printable: where its template is text and values alone, the text is encoded once.
final class MimeBody {

    private final TemplateEngine.Compiled template;
    private final @Nullable List<Encoded> pieces;

    /// Bytes that are ready, or a value to be put in.
    private record Encoded(byte @Nullable [] ready, TemplatePieces.@Nullable Slot slot) {}

    MimeBody(TemplateEngine.Compiled template) {
        this.template = template;
        this.pieces = template.pieces().map(MimeBody::encode).orElse(null);
    }

    void write(Map<String, ?> values, MessageBytes.Builder out) {
        if (pieces == null) {
            QuotedPrintable.encode(template.render(values), out.own());
            return;
        }
        for (Encoded piece : pieces) {
            if (piece.ready() != null) {
                out.share(piece.ready());
            } else if (piece.slot() != null) {
                QuotedPrintable.encode(piece.slot().value(values, template.escaping()), out.own());
                // A large value that stands in many places must not fill the memory first.
                MimeForm.mustFit(out);
            }
        }
    }

    private static List<Encoded> encode(List<TemplatePieces.Piece> pieces) {
        List<Encoded> encoded = new ArrayList<>(pieces.size());
        for (TemplatePieces.Piece piece : pieces) {
            encoded.add(
                    switch (piece) {
                        case TemplatePieces.Literal literal ->
                            new Encoded(QuotedPrintable.encode(literal.text()), null);
                        case TemplatePieces.Slot slot -> new Encoded(null, slot);
                    });
        }
        return encoded;
    }
}
