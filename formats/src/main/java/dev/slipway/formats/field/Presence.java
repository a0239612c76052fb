package dev.slipway.formats.field;

/** Whether a field has to be there. */
public enum Presence {
    /** It must be there, and neither null nor the empty text. */
    REQUIRED,
    /** Absent, null and the empty text mean the same: nothing. */
    OPTIONAL,
    /** In a change: absent and null keep what there is; the empty text is refused, because the field cannot be without a value. */
    KEPT
}
