package dev.slipway.standalone.run;

/** A role cannot be played on this machine as it is; the message says why and what to do. */
public final class RoleFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RoleFailure(Role role, String problem) {
        super("'%s': %s".formatted(role.key(), problem));
    }
}
