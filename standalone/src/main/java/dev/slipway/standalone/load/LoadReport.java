package dev.slipway.standalone.load;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The result of a load.
 *
 * @param failures reason to count, empty if nothing failed
 * @param versions version to count of answers
 * @param seconds for each second of the load, by its start: version to count of answers
 * @param p50 half of the answers took no longer; {@code p99} all but one in a hundred
 */
public record LoadReport(
        long sent,
        long answered,
        long failed,
        Map<String, Long> failures,
        Map<String, Long> versions,
        List<Map<String, Long>> seconds,
        Duration p50,
        Duration p99) {

    private static final String FAILED = "failed";

    public LoadReport {
        failures = Map.copyOf(failures);
        versions = Map.copyOf(versions);
        seconds = List.copyOf(seconds);
    }

    static LoadReport of(List<RequestSample> shots) {
        Map<String, Long> failures = new TreeMap<>();
        Map<String, Long> versions = new TreeMap<>();
        TreeMap<Long, Map<String, Long>> seconds = new TreeMap<>();
        for (RequestSample shot : shots) {
            String failure = shot.failure();
            String version = shot.version();
            if (failure != null) {
                failures.merge(failure, 1L, Long::sum);
            } else if (version != null) {
                versions.merge(version, 1L, Long::sum);
            }
            seconds.computeIfAbsent(shot.at() / 1_000_000_000L, second -> new TreeMap<>())
                    .merge(version == null ? FAILED : version, 1L, Long::sum);
        }
        List<Long> took = shots.stream()
                .filter(shot -> shot.failure() == null)
                .map(RequestSample::took)
                .sorted(Comparator.naturalOrder())
                .toList();
        long failed = failures.values().stream().mapToLong(Long::longValue).sum();
        return new LoadReport(
                shots.size(),
                shots.size() - failed,
                failed,
                failures,
                versions,
                List.copyOf(seconds.values()),
                percentile(took, 0.50),
                percentile(took, 0.99));
    }

    private static Duration percentile(List<Long> sorted, double share) {
        if (sorted.isEmpty()) {
            return Duration.ZERO;
        }
        int index = (int) Math.ceil(share * sorted.size()) - 1;
        return Duration.ofNanos(sorted.get(Math.max(0, index)));
    }
}
