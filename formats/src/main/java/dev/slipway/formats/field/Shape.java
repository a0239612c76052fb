package dev.slipway.formats.field;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an object of a request may hold.
 *
 * @param name in the description of the API; of one shape only
 * @param fields in the order of the description
 * @param isOpen whether unknown fields are passed over; else they are refused
 * @param needs of these sets of fields one must be there whole; empty if the object needs none
 */
public record Shape(String name, List<Field> fields, boolean isOpen, List<Set<String>> needs) {

    public Shape {
        fields = List.copyOf(fields);
        needs = List.copyOf(needs);
        Set<String> names = fields.stream().map(Field::name).collect(Collectors.toSet());
        if (names.size() != fields.size()) {
            throw new IllegalArgumentException(
                    "shape '%s': expected each field once, found %s".formatted(name, fields));
        }
    }

    /** An object with these fields and no others. */
    public static Shape of(String name, Field... fields) {
        return new Shape(name, List.of(fields), false, List.of());
    }

    /** The same with these fields behind its own. */
    public Shape and(List<Field> more) {
        return new Shape(name, Stream.concat(fields.stream(), more.stream()).toList(), isOpen, needs);
    }

    /** An object of which nothing else is known. */
    public static Shape anyObject() {
        return new Shape("AnyObject", List.of(), true, List.of());
    }

    /** The same, with unknown fields passed over. */
    public Shape open() {
        return new Shape(name, fields, true, needs);
    }

    /** The same, needing these fields or those that are added later. */
    public Shape orNeeding(String... names) {
        List<Set<String>> more = new ArrayList<>(needs);
        more.add(Set.of(names));
        return new Shape(name, fields, isOpen, more);
    }
}
