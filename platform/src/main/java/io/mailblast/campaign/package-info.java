/// What to mail, and its life from draft to sent: the campaigns of a workspace, their figures and their recipients.
@org.jspecify.annotations.NullMarked
package io.mailblast.campaign;
