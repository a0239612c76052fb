package dev.slipway.standalone.machine;

import dev.slipway.parts.postgres.PostgresPart;
import dev.slipway.parts.process.ToolCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What embedded PostgreSQL needs: a place for its programs, and another user than root. */
final class PostgresCheck implements Supplier<List<Finding>> {

    @Override
    public List<Finding> get() {
        List<Finding> findings = new ArrayList<>();
        Optional<String> obstacle = ToolCache.ofUser().obstacle();
        if (obstacle.isPresent() && !PostgresPart.areProgramsUnpacked()) {
            findings.add(Finding.missing(
                    "cache",
                    "%s, and the programs of PostgreSQL have to be unpacked there. What to do: make it writable, or set XDG_CACHE_HOME to another folder"
                            .formatted(obstacle.get())));
        }
        if ("root".equals(System.getProperty("user.name"))) {
            findings.add(userNamespace());
        }
        return findings;
    }

    /** PostgreSQL refuses to run as root; as root it is started in a user namespace. */
    private static Finding userNamespace() {
        String user = MachineProgram.firstLine("unshare", "-U", "id", "-u").orElse("no answer");
        return user.matches("[1-9][0-9]*")
                ? Finding.good("root", "user namespaces work: PostgreSQL runs in one")
                : Finding.missing(
                        "root",
                        "PostgreSQL does not run as root, and user namespaces do not work here ('unshare -U': %s). What to do: start Slipway as another user, or name a database in slipway.yml"
                                .formatted(user));
    }
}
