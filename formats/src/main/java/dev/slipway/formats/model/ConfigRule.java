package dev.slipway.formats.model;

import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonPlace;

/**
 * What is said about a config.json, by the import and by {@code lint} alike: what changes the meaning of the file is refused, what does not
 * is a warning. Each text proposes what to write instead. What is no JSON at all is said by the reader of documents, and what an engine or
 * pip needs by their own readers.
 */
enum ConfigRule {
    ALGORITHM_MISSING(
            Grade.REFUSED, "expected what the model is for as a text, for example \"image_classification\", found %s"),
    ALGORITHM_FORM(
            Grade.REFUSED,
            "expected a letter and at most 35 more characters, none of & ! ' \" < > = and no Chinese, found '%s'"),
    TYPE_OF_REQUEST(Grade.REFUSED, "expected '%s' as in the request, found '%s': make both the same"),
    RUNTIME_OF_IMAGE(Grade.WARNING, "an image has a runtime of its own: this has no effect, remove it"),
    SWR_OF_PACKAGE(Grade.REFUSED, "only models of engine 'Image' have it, remove it"),
    SWR_MISSING(
            Grade.REFUSED,
            "a model of engine 'Image' needs the address of its image, for example \"swr_location\": \"registry.example.com/group/name:1.0\", found none"),
    METRIC_NUMBER(Grade.REFUSED, "expected a number, found %s: write it without quotes, for example 0.95"),
    METRIC_TEXT(Grade.WARNING, "a number in quotes: write %s without them"),
    KEY_MISSPELT(Grade.WARNING, "this key has no meaning, did you mean '%s'?"),
    KEY_LOST(
            Grade.REFUSED,
            "this key has no meaning, did you mean '%1$s'? Without '%1$s' the model would be another: write it so, or remove this key"),
    MESSAGE_OUTSIDE(
            Grade.WARNING,
            "it has no effect here: write \"apis\": [{\"url\": \"/\", \"method\": \"post\", \"%s\": ...}]"),
    API_NESTED(Grade.WARNING, "an array within the array: its entries are taken, remove one pair of brackets"),
    API_URL(Grade.REFUSED, "a model of engine '%s' answers on '/' only, found '%s': write '/', or leave it out"),
    API_URL_FORM(Grade.REFUSED, "expected a path that begins with '/', without '?' and blanks, found '%s'"),
    API_METHOD(Grade.REFUSED, "expected POST, by which alone a model is called, found '%s'"),
    API_METHOD_FORM(Grade.REFUSED, "expected one of %s, found '%s'"),
    API_PROTOCOL(Grade.REFUSED, "expected one of [http, https], found '%s'"),
    API_PROTOCOL_CASE(Grade.WARNING, "found '%s': write '%s'"),
    API_TWICE(Grade.REFUSED, "the api %s '%s' stands twice: remove one of them"),
    CONTENT_TYPE_KEY(Grade.WARNING, "the key is spelt 'Content-type'; this one is taken for it"),
    CONTENT_TYPE_MISSPELT(Grade.WARNING, "found '%s': '%s' is meant and taken"),
    CONTENT_TYPE_FORM(
            Grade.REFUSED, "expected a media type such as application/json or multipart/form-data, found '%s'"),
    CONTENT_TYPE_OF_ENGINE(Grade.REFUSED, "a model of engine '%s' takes application/json only, found '%s'"),
    CONTENT_TYPE_OF_FILE(
            Grade.WARNING,
            "the schema has a property of type 'file', so files are taken from forms all the same: write multipart/form-data, found '%s'"),
    SCHEMA_FORM(Grade.REFUSED, "expected a JSON schema (an object), found %s"),
    SCHEMA_PROPERTIES(Grade.REFUSED, "expected an object with a schema for each property, found %s"),
    SCHEMA_PROPERTY(Grade.REFUSED, "expected the schema of a property, for example {\"type\": \"string\"}, found %s"),
    SCHEMA_ITEMS(Grade.REFUSED, "expected the schema of the elements, or an array of schemas, found %s"),
    SCHEMA_KEY(Grade.WARNING, "the key is '%s'; this one is taken for it"),
    SCHEMA_TYPE_FORM(Grade.REFUSED, "expected the name of a type, for example \"string\", found %s"),
    SCHEMA_TYPE_OF_FILE(
            Grade.REFUSED, "'%s' is no type of JSON schema: for an uploaded file write \"file\", found '%1$s'"),
    SCHEMA_TYPE(Grade.WARNING, "'%s' is no type of JSON schema%s"),
    SCHEMA_REQUIRED_FORM(Grade.WARNING, "expected an array with names of properties, found %s"),
    SCHEMA_REQUIRED(Grade.WARNING, "'%s' is required and is none of the properties"),
    SCHEMA_BARE(
            Grade.WARNING,
            "the schema has neither 'type' nor 'properties': write {\"type\": \"object\", \"properties\": {...}} around it"),
    HEALTH_OF_PACKAGE(
            Grade.WARNING, "only models of engine 'Image' are asked for their health: it has no effect, remove it"),
    HEALTH_METHOD(Grade.REFUSED, "expected HTTP or EXEC, found %s"),
    HEALTH_COMMAND(Grade.REFUSED, "a check by EXEC needs the command to run as a text, found %s"),
    HEALTH_URL(Grade.REFUSED, "a check by HTTP needs a path that begins with '/', found %s"),
    HEALTH_PROTOCOL(Grade.REFUSED, "expected http or https, found %s"),
    HEALTH_SECONDS(
            Grade.REFUSED, "expected a whole number from %d to 2147483647 as a text, for example \"10\", found %s"),
    HEALTH_UNQUOTED(Grade.WARNING, "the guide has it as a text: write \"%s\""),
    PACKAGE_FOR_PIP(
            Grade.REFUSED,
            "found '%s': write \"package_name\": \"%s\", \"package_version\": \"%s\", \"restraint\": \"%s\""),
    PACKAGE_OF_SOURCES(
            Grade.REFUSED,
            "found '%s': packages come as wheels, from an index or from files beside customize_service.py: make one with pip wheel --no-deps, and name it here"),
    PACKAGE_LIST(Grade.REFUSED, "found '%s', a list of packages: write each of them as an entry of \"packages\""),
    PACKAGE_BLANKS(Grade.REFUSED, "found '%s' with blanks around it: write '%s'"),
    RESTRAINT_WRITTEN(Grade.REFUSED, "expected one of [EXACT, ATLEAST, ATMOST], found '%s': write %s"),
    BATCHING_OF_IMAGE(
            Grade.REFUSED, "only packages have it: the server of an image gathers requests itself, remove it"),
    BATCHING_NUMBER(Grade.REFUSED, "expected a whole number from %d to %d, for example %d, found %s"),
    PACKAGE_OF_ANY_VERSION(
            Grade.WARNING,
            "'%s' has no version, so the one that the runtime or the index has on the day of the import is taken: write \"package_version\" and \"restraint\""),
    RESTRAINT_ALONE(Grade.WARNING, "'%s' has no effect without \"package_version\""),
    RESTRAINT_MISSING(
            Grade.WARNING,
            "version %s has no \"restraint\" beside it, so EXACT is taken: write EXACT, ATLEAST or ATMOST"),
    HEALTH_COMMAND_FORM(Grade.REFUSED, "expected a program and its arguments, with an end of each quote, found '%s'"),
    PROTOCOL(Grade.REFUSED, "expected http or https, which the server of the image speaks, found %s"),
    PORT(Grade.REFUSED, "expected the port of the image's server from 1 to 65535, for example 8080, found %s"),
    DEPENDENCIES_OF_IMAGE(
            Grade.REFUSED, "an image has its packages in it: install them when it is built, and remove them here");

    private enum Grade {
        REFUSED,
        WARNING
    }

    private final Grade grade;
    private final String text;

    ConfigRule(Grade grade, String text) {
        this.grade = grade;
        this.text = text;
    }

    /** Whether the file is refused for it. */
    boolean isRefused() {
        return grade == Grade.REFUSED;
    }

    /** What is said of that place, with the parts of the text. */
    Invalid at(JsonPlace place, Object... parts) {
        return place.problem(text.formatted(parts));
    }

    /** Adds what is said to the faults, or to the warnings. */
    void tell(Findings findings, JsonPlace place, Object... parts) {
        if (isRefused()) {
            findings.fault(at(place, parts));
        } else {
            findings.warning(at(place, parts));
        }
    }
}
