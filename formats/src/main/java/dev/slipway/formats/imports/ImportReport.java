package dev.slipway.formats.imports;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was found in the files of a package.
 *
 * @param python version of the interpreter whose modules were looked at
 * @param modules that are neither in the package nor installed, nor of Python itself
 * @param broken files that are no Python 3
 * @param gpu places that move something to a GPU whether there is one or not
 * @param pip places that run pip
 * @param skipped files that were too large to be looked at
 * @param namesBatch whether its code has a name {@code _inference_batch}, or could not all be looked at
 */
public record ImportReport(
        String python,
        List<Module> modules,
        List<Broken> broken,
        List<Place> gpu,
        List<Place> pip,
        List<String> skipped,
        boolean namesBatch) {

    private static final int MOST_TOLD = 50;

    public ImportReport {
        modules = List.copyOf(modules);
        broken = List.copyOf(broken);
        gpu = List.copyOf(gpu);
        pip = List.copyOf(pip);
        skipped = List.copyOf(skipped);
    }

    /**
     * Why the package cannot start, all at once. Where it declares packages that were not looked at, a missing module is only a hint: one of
     * them may bring it along.
     *
     * @param base all that its runtime installs, with what that needs, as pip is asked for it; empty if the interpreter has it
     * @param declared what the package asks for beside, as pip is asked for it; empty if the interpreter has it
     */
    public List<String> faults(Collection<String> base, Collection<String> declared) {
        List<String> faults = new ArrayList<>();
        broken.stream()
                .filter(file -> file.use() == Use.NEEDED)
                .forEach(file -> faults.add("%s: it is no Python 3: %s".formatted(file.place(), file.reason())));
        if (declared.isEmpty()) {
            missing(base)
                    .filter(module -> module.use() == Use.NEEDED)
                    .forEach(module -> faults.add("module '%s' is not installed (%s): %s"
                            .formatted(module.name(), where(module), PipNames.advice(module.name()))));
        }
        return faults.stream().limit(MOST_TOLD).toList();
    }

    /** Why a package whose config.json declares {@code batching} cannot start. */
    public List<String> faultsOfBatching() {
        return namesBatch
                ? List.of()
                : List.of(
                        "config.json declares 'batching' and the package has no _inference_batch: define _inference_batch(self, requests), which returns one result for each, or remove 'batching'");
    }

    /** What may matter and does not keep the package from starting, as far as is known; with what {@link #faults} is given. */
    public List<String> hints(Collection<String> base, Collection<String> declared) {
        List<String> hints = new ArrayList<>();
        missing(Stream.concat(base.stream(), declared.stream()).toList())
                .filter(module -> module.use() != Use.NEEDED || !declared.isEmpty())
                .forEach(module -> hints.add(hint(module)));
        gpu.forEach(place -> hints.add(
                "%s: this moves the model to a GPU whether there is one or not, and fails on a flavor without one: write .to('cuda' if torch.cuda.is_available() else 'cpu')"
                        .formatted(place)));
        pip.forEach(place ->
                hints.add("%s: this runs pip, which an instance cannot reach: declare the package in 'dependencies'"
                        .formatted(place)));
        broken.stream()
                .filter(file -> file.use() != Use.NEEDED)
                .forEach(file -> hints.add("%s: it is no Python 3: %s; customize_service.py starts without it"
                        .formatted(file.place(), file.reason())));
        skipped.forEach(file -> hints.add("'%s' is too large for a look at its imports".formatted(file)));
        return hints.stream().limit(MOST_TOLD).toList();
    }

    private Stream<Module> missing(Collection<String> packages) {
        Set<String> known = PipNames.canonical(packages);
        return modules.stream()
                .filter(module -> !PipNames.isIn(module.name(), known))
                .sorted(Comparator.comparing(Module::name));
    }

    private static String hint(Module module) {
        String what =
                switch (module.use()) {
                    case NEEDED -> PipNames.advice(module.name()) + ", unless one of them brings it along";
                    case OPTIONAL -> "the package does without it";
                    case LATER -> "a request that gets there fails: " + PipNames.advice(module.name());
                    case UNUSED -> "customize_service.py does not import that file";
                };
        return "module '%s' is not installed (%s): %s".formatted(module.name(), where(module), what);
    }

    private static String where(Module module) {
        return module.places().stream().map(Place::toString).collect(Collectors.joining(", "));
    }

    /** What is done with a module or file. */
    public enum Use {
        /** Without it the package does not start. */
        NEEDED,
        /** Its failure is caught. */
        OPTIONAL,
        /** In a function, so at the earliest when that is called. */
        LATER,
        /** Only in files that the service class does not reach. */
        UNUSED
    }

    /** A line of a file. */
    public record Place(String file, int line) {
        @Override
        public String toString() {
            return "%s, line %d".formatted(file, line);
        }
    }

    /** A module that is not there, with the first places of its import. */
    public record Module(String name, Use use, List<Place> places) {
        public Module {
            places = List.copyOf(places);
        }
    }

    /** A file that cannot be read as Python 3. */
    public record Broken(Place place, Use use, String reason) {}
}
