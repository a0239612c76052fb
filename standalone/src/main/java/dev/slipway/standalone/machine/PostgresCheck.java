package dev.slipway.standalone.machine;

import dev.slipway.parts.postgres.PostgresPart;
import dev.slipway.parts.process.ToolCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What embedded PostgreSQL needs: a place for its programs, and another user than root. */
final class PostgresCheck implements Supplier<List<Finding>> {

    private final String user;

    PostgresCheck() {
        this(System.getProperty("user.name"));
    }

    /** @param user as the JVM knows its name: "?" if it has none */
    PostgresCheck(String user) {
        this.user = user;
    }

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
        if ("?".equals(user)) {
            findings.add(
                    Finding.missing(
                            "user",
                            "this user has a number and no entry in /etc/passwd, and PostgreSQL needs its name (usual with 'docker run -u'). What to do: add an entry for it, start Slipway as a user that has one, or name a database in slipway.yml"));
        }
        if ("root".equals(user)) {
            findings.add(userNamespace());
        }
        return findings;
    }

    /** PostgreSQL refuses to run as root; as root it is started in a user namespace. */
    private static Finding userNamespace() {
        String inside = MachineProgram.firstLine("unshare", "-U", "id", "-u").orElse("no answer");
        return inside.matches("[1-9][0-9]*")
                ? Finding.good("root", "user namespaces work: PostgreSQL runs in one")
                : Finding.missing(
                        "root",
                        "PostgreSQL does not run as root, and user namespaces do not work here ('unshare -U': %s). What to do: start Slipway as another user, or name a database in slipway.yml"
                                .formatted(inside));
    }
}
