package dev.slipway.domain.batch;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How fast a task is, and when it will be done.
 *
 * @param recordsPerSecond over the last minute
 * @param end when it will be done at that rate
 * @param earliest when it will be done at the best, by how much the rate has varied
 * @param latest the same at the worst
 */
public record TaskOutlook(double recordsPerSecond, Instant end, Instant earliest, Instant latest) {

    /** The time that is looked at. */
    public static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Duration SLICE = Duration.ofSeconds(10);
    /** A chunk in progress is heard of each few seconds: silence so long is no idleness. */
    private static final Duration SILENCE = Duration.ofSeconds(6);

    private static final int FEW_SLICES = 3;
    private static final double LEAST_DOUBT = 0.1;
    private static final double DOUBT_OF_FEW = 0.5;
    private static final double MOST_DOUBT = 0.75;
    private static final Duration FARTHEST = Duration.ofDays(3650);

    /**
     * Of a task that is worked on; empty if nothing was answered in the last minute, or nothing is left to do.
     *
     * @param spans those that have ended, or were heard of, since {@code now} less {@link #WINDOW}
     */
    public static Optional<TaskOutlook> of(long records, long done, List<WorkSpan> spans, Instant now) {
        Instant first =
                spans.stream().map(WorkSpan::from).min(Instant::compareTo).orElse(now);
        Instant last = spans.stream().map(WorkSpan::to).max(Instant::compareTo).orElse(now);
        Instant end = now.isAfter(last.plus(SILENCE)) ? now : earlier(now, last);
        Instant begin = later(first, end.minus(WINDOW));
        double answered = answered(spans, begin, end);
        if (answered <= 0 || !begin.isBefore(end) || done >= records) {
            return Optional.empty();
        }
        double rate = answered / seconds(begin, end);
        double doubt = doubt(spans, begin, end, rate);
        double left = (double) records - done;
        return Optional.of(new TaskOutlook(
                rate,
                now.plus(time(left / rate)),
                now.plus(time(left / (rate * (1 + doubt)))),
                now.plus(time(left / (rate * (1 - doubt))))));
    }

    /** For people, as in "512 records a second, done at 2026-11-28T12:30:00Z (between ... and ...)". */
    public String words() {
        return "%s records a second, done at %s (between %s and %s)"
                .formatted(rateInWords(), inWords(end), inWords(earliest), inWords(latest));
    }

    /** With one decimal below 10. */
    public String rateInWords() {
        return recordsPerSecond < 10
                ? String.format(Locale.ROOT, "%.1f", recordsPerSecond)
                : String.format(Locale.ROOT, "%.0f", recordsPerSecond);
    }

    private static Instant inWords(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Twice the standard error of the rate, as a share of it. */
    private static double doubt(List<WorkSpan> spans, Instant begin, Instant end, double rate) {
        List<Double> rates = new ArrayList<>();
        for (Instant from = begin; !from.plus(SLICE).isAfter(end); from = from.plus(SLICE)) {
            Instant to = from.plus(SLICE);
            rates.add(answered(spans, from, to) / seconds(from, to));
        }
        if (rates.size() < FEW_SLICES) {
            return DOUBT_OF_FEW;
        }
        double squares = rates.stream()
                .mapToDouble(each -> (each - rate) * (each - rate))
                .sum();
        double error = Math.sqrt(squares / (rates.size() - 1) / rates.size());
        return Math.clamp(2 * error / rate, LEAST_DOUBT, MOST_DOUBT);
    }

    /** Records of a span are spread evenly over it. */
    private static double answered(List<WorkSpan> spans, Instant from, Instant to) {
        double answered = 0;
        for (WorkSpan span : spans) {
            double inside = seconds(later(from, span.from()), earlier(to, span.to()));
            double whole = seconds(span.from(), span.to());
            if (whole > 0 && inside > 0) {
                answered += span.records() * inside / whole;
            }
        }
        return answered;
    }

    private static Duration time(double seconds) {
        return seconds > FARTHEST.toSeconds() ? FARTHEST : Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
