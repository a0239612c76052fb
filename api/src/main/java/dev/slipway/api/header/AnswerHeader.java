package dev.slipway.api.header;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a call: a header that each of its good answers has. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface AnswerHeader {

    String name();

    /** What it holds, for the description of the API. */
    String purpose();
}
