package dev.slipway.domain.access;

/** A user of an account; may work in all projects of it. */
public record User(String id, String name, Account account, String passwordHash) {

    @Override
    public String toString() {
        return "User[id=%s, name=%s, account=%s]".formatted(id, name, account.name());
    }
}
