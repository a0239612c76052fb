package dev.slipway.formats.json;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is wrong in a document, what cannot be done yet, and what is only odd, so that its author learns all at once. Not thread-safe. */
public final class Findings {

    private static final int MOST_SHOWN = 20;

    private final List<Invalid> faults = new ArrayList<>();
    private final List<Invalid> notBuilt = new ArrayList<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    public void fault(Invalid fault) {
        faults.add(fault);
    }

    /** What is right, and not supported by this version. It is told after all faults. */
    public void notBuilt(Invalid use) {
        notBuilt.add(use);
    }

    /** What is accepted all the same; the failure is never thrown. */
    public void warning(Invalid oddity) {
        warnings.add(String.valueOf(oddity.getMessage()));
    }

    /** The value; null if it cannot be read, which is kept as a fault, or if there is none. */
    public <T> @Nullable T reading(Supplier<? extends @Nullable T> value) {
        try {
            return value.get();
        } catch (Invalid fault) {
            faults.add(fault);
            return null;
        }
    }

    /** Each text once, in order. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * @throws Invalid with all faults, then what is not supported, then the warnings; of the first fault's code and field, or of {@code
     *     unsupported} if nothing is wrong
     */
    public void throwIfAny(ErrorCode unsupported) {
        if (!faults.isEmpty() || !notBuilt.isEmpty()) {
            throw all(unsupported);
        }
    }

    /** The failure that {@link #throwIfAny} throws. There is at least one. */
    Invalid all(ErrorCode unsupported) {
        List<Invalid> all = Stream.concat(faults.stream(), notBuilt.stream()).toList();
        Invalid first = all.getFirst();
        return new Invalid(faults.isEmpty() ? unsupported : first.code(), first.field(), message(all));
    }

    private String message(List<Invalid> all) {
        String told = all.stream()
                .limit(MOST_SHOWN)
                .map(each -> String.valueOf(each.getMessage()))
                .collect(Collectors.joining("; "));
        String more = all.size() > MOST_SHOWN ? "; and %d more".formatted(all.size() - MOST_SHOWN) : "";
        String odd = warnings.isEmpty() ? "" : "; a warning: " + String.join("; a warning: ", warnings);
        return told + more + odd;
    }
}
