package dev.slipway.domain.access;

/** A user of an account, with access to all of its projects. */
public record User(String id, String name, Account account, String passwordHash) {

    @Override
    public String toString() {
        return "User[id=%s, name=%s, account=%s]".formatted(id, name, account.name());
    }
}
