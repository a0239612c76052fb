package dev.slipway.client;

/** A user, and the project to work in. The password is not shown. */
public record Login(String domain, String user, String password, String project) {
    @Override
    public String toString() {
        return "Login[domain=%s, user=%s, project=%s]".formatted(domain, user, project);
    }
}
