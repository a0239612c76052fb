/**
 * Strict JSON with positions, for every document that a user writes. Not for what we write ourselves (rows, payloads).
 *
 * <p>How to use it: {@code JsonValue value = JsonDocument.read(JsonSource.requestBody(), bytes)}, then take objects apart with
 * {@link dev.slipway.formats.json.JsonObjectReader}:
 *
 * <pre>{@code
 * JsonObjectReader body = JsonObjectReader.of(value);
 * String name = body.text("service_name");              // required
 * String description = body.textOrNull("description");  // absent, null and "" are null
 * int weight = body.integerOr("weight", 100, 0, 100);   // 70 and "70" are equal
 * for (JsonValue entry : body.array("config")) { ... }  // [] if absent; an array, or JSON text in a string
 * body.notBuiltYet("vpc_id");                           // absent, null and empty pass, any other use is 400
 * body.refuseUnknownFields();                           // last: names what no getter asked for, and the nearest known name
 * }</pre>
 *
 * <p>Each failure is an {@code Invalid} with the code of its source, and names path, line and column. For a rule of your own throw
 * {@code value.place().problem("expected ..., found ...")}, or {@code body.problem("field", "expected ...")}.
 */
@NullMarked
package dev.slipway.formats.json;

import org.jspecify.annotations.NullMarked;
