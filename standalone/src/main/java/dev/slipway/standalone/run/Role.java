package dev.slipway.standalone.run;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The roles of a process, in the order of the start. One process at a time has a role on a data folder. */
public enum Role {
    PARTS,
    API,
    WORKER,
    GATEWAY;

    /** The name in commands and lock files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All roles, as started by {@code up}. */
    public static Set<Role> all() {
        return EnumSet.allOf(Role.class);
    }

    /**
     * Reads names joined by commas.
     *
     * @throws IllegalArgumentException naming the one that is no role
     */
    public static Set<Role> parse(String names) {
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : names.split(",", -1)) {
            roles.add(Arrays.stream(values())
                    .filter(role -> role.key().equals(name.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'%s' cannot be run, expected one or more of %s, joined by commas"
                                    .formatted(name, keys(all())))));
        }
        return roles;
    }

    public static String keys(Set<Role> roles) {
        return roles.stream().map(Role::key).collect(Collectors.joining(","));
    }
}
