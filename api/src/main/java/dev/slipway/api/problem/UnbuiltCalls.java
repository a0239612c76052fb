package dev.slipway.api.problem;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Calls of the guide that this version does not have, so that nobody looks for a mistake in the path. */
final class UnbuiltCalls {

    private static final String ANY = "[A-Z]+";
    private static final List<Call> CALLS = List.of(
            call("PATCH", "/v1/*/services/*", "patch of a service"),
            call(ANY, "/v1/*/services/*/monitor", "monitor of a service"),
            call(ANY, "/v1/*/services/*/property", "change of one property of a service"),
            call(ANY, "/v1/*/services/*/predict/endpoints", "direct endpoints of a service"),
            call(ANY, "/v1/*/services/*/nodes/**", "edge nodes of a service"),
            call(ANY, "/v1/*/services/*/tasks**", "edge tasks of a service"),
            call(ANY, "/v1/*/services/tms/tags", "tags of all services"),
            call(ANY, "/v1/*/services/*/tags/**", "tags of a service"),
            call(ANY, "/v1/*/services/*/app-auth-api**", "APP authentication of a service"),
            call(ANY, "/v1/*/services/*/api-auths", "APP authentication of a service"),
            call(ANY, "/v1/*/app-auth/**", "APP authentication"),
            call(ANY, "/v1/*/clusters**", "dedicated resource pools"),
            call(ANY, "/v1/*/internal-channel-info", "internal channel"),
            call(ANY, "/v2/**", "API of version 2"));

    private UnbuiltCalls() {}

    /** What the guide has at that path; empty if it has nothing there, or Slipway has it. */
    static Optional<String> name(String method, String path) {
        return CALLS.stream()
                .filter(call -> call.method().matcher(method).matches()
                        && call.path().matcher(path).matches())
                .map(Call::name)
                .findFirst();
    }

    /** @param path a star for one segment, two for any rest */
    private static Call call(String method, String path, String name) {
        String expression = path.replace("**", "\0").replace("*", "[^/]+").replace("\0", ".*");
        return new Call(Pattern.compile(method), Pattern.compile(expression), name);
    }

    private record Call(Pattern method, Pattern path, String name) {}
}
