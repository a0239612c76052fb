package dev.slipway.instance.client;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Many small requests that are sent in one piece. They differ in their ids and bodies alone.
 *
 * @param target path and query, without blanks
 * @param headers of each, without line breaks in their values
 * @param idPrefix the request id of each is this and its number
 * @param numbers one for each request
 * @param bodies of all, one after another; must not be changed while it is sent
 * @param ends of each body
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RequestBlock(
        String method,
        String target,
        Map<String, String> headers,
        String idPrefix,
        long[] numbers,
        byte[] bodies,
        int[] ends) {

    public RequestBlock {
        headers = Map.copyOf(headers);
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("target '%s': expected one that begins with '/'".formatted(target));
        }
        if (numbers.length != ends.length || numbers.length == 0) {
            throw new IllegalArgumentException(
                    "a block of requests: expected as many numbers as bodies and at least one, found %d and %d"
                            .formatted(numbers.length, ends.length));
        }
    }

    /** How many there are, at least 1. */
    public int count() {
        return numbers.length;
    }

    int start(int request) {
        return request == 0 ? 0 : ends[request - 1];
    }

    /** One of them by itself. */
    public InstanceRequest request(int which) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("X-Request-Id", idPrefix + numbers[which]);
        return new InstanceRequest(method, target, all, List.of(Arrays.copyOfRange(bodies, start(which), ends[which])));
    }
}
