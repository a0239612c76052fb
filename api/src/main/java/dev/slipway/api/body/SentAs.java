package dev.slipway.api.body;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a {@link SentBody}: the record that describes it. The body is still read strictly, with positions, and never bound to the record. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface SentAs {

    Class<? extends Record> value();
}
