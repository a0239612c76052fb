package dev.slipway.api.body;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a {@link SentBody}: what it may hold, for the description of the API. The reader of the body takes its limits from the same shapes. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface SentAs {

    Sent value();
}
