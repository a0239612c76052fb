package dev.slipway.workflows.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.FinalFailure;
import dev.slipway.workflows.contract.WorkflowInput;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.payload.context.SerializationContext;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a failure of type INVALID of a {@link WorkflowInput} that cannot be read. That ends the workflow; any other exception would have
 * its first workflow task tried again for ever. What else cannot be read, such as the result of an activity of a newer worker, is left to
 * be tried again, because an update cures it.
 */
final class CheckedInputs implements DataConverter {

    private static final int LONGEST = 200;

    private final DataConverter payloads;

    CheckedInputs(DataConverter payloads) {
        this.payloads = payloads;
    }

    @Override
    public <T> @Nullable T fromPayload(Payload payload, Class<T> type, Type genericType) {
        if (!WorkflowInput.class.isAssignableFrom(type)) {
            return payloads.fromPayload(payload, type, genericType);
        }
        try {
            return payloads.fromPayload(payload, type, genericType);
        } catch (DataConverterException | IllegalArgumentException e) {
            throw refused(sentence(type, e, payload.getData().toStringUtf8()));
        }
    }

    @Override
    public @Nullable Object[] fromPayloads(
            Optional<io.temporal.api.common.v1.Payloads> content, Class<?>[] types, Type[] genericTypes) {
        @Nullable Object[] values = DataConverter.super.fromPayloads(content, types, genericTypes);
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && WorkflowInput.class.isAssignableFrom(types[i])) {
                throw refused("input: expected %s, found none".formatted(shape(types[i])));
            }
        }
        return values;
    }

    private static String sentence(Class<?> type, Throwable failure, String found) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException ours && isOfAField(ours)) {
                return "input: " + ours.getMessage();
            }
            if (cause instanceof JsonMappingException mapping
                    && !mapping.getPath().isEmpty()
                    && isLast(mapping)) {
                String value = mapping instanceof InvalidFormatException format
                        ? "'%s'".formatted(cut(String.valueOf(format.getValue())))
                        : cut(found);
                return "input: field '%s': expected %s, found %s".formatted(path(mapping), words(mapping), value);
            }
        }
        return "input: expected %s, found %s".formatted(shape(type), found.isBlank() ? "none" : cut(found));
    }

    private static boolean isOfAField(IllegalArgumentException failure) {
        return String.valueOf(failure.getMessage()).startsWith("field '");
    }

    /** A failure of a constructor has the field's own failure as its cause. */
    private static boolean isLast(JsonMappingException failure) {
        return failure.getCause() == null || failure.getCause() instanceof JsonProcessingException;
    }

    private static String path(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(part -> part.getFieldName() == null ? String.valueOf(part.getIndex()) : part.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static String words(JsonMappingException failure) {
        Class<?> type = failure instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        if (type == null) {
            return "another value";
        }
        if (type == long.class || type == int.class) {
            return "a whole number";
        }
        return type == String.class
                ? "a text"
                : "a JSON " + (Iterable.class.isAssignableFrom(type) ? "array" : "object");
    }

    private static String shape(Class<?> type) {
        return "a JSON object with "
                + Stream.of(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .collect(Collectors.joining(", "));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private static ApplicationFailure refused(String message) {
        return FinalFailure.of(message, FailureTypes.INVALID, ErrorCode.PARAMETER.code());
    }

    @Override
    public <T> Optional<Payload> toPayload(T value) {
        return payloads.toPayload(value);
    }

    @Override
    public Optional<io.temporal.api.common.v1.Payloads> toPayloads(@Nullable Object... values) {
        return payloads.toPayloads(values);
    }

    @Override
    public <T> @Nullable T fromPayloads(
            int index, Optional<io.temporal.api.common.v1.Payloads> content, Class<T> type, Type genericType) {
        return payloads.fromPayloads(index, content, type, genericType);
    }

    @Override
    public RuntimeException failureToException(Failure failure) {
        return payloads.failureToException(failure);
    }

    @Override
    public Failure exceptionToFailure(Throwable throwable) {
        return payloads.exceptionToFailure(throwable);
    }

    @Override
    public DataConverter withContext(SerializationContext context) {
        return new CheckedInputs(payloads.withContext(context));
    }
}
