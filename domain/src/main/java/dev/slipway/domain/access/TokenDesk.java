package dev.slipway.domain.access;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Gives tokens for passwords. */
public final class TokenDesk {

    /** How long a token is valid (wire contract 7). */
    public static final Duration VALIDITY = Duration.ofHours(24);

    private final AccountStore accounts;
    private final Passwords passwords;
    private final TokenSigner signer;
    private final Clock clock;
    private final String nobodysHash;

    public TokenDesk(AccountStore accounts, Passwords passwords, TokenSigner signer, Clock clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.signer = signer;
        this.clock = clock;
        this.nobodysHash = passwords.hash("nobody");
    }

    /** A token and what it says. */
    public record Issued(String token, TokenClaims claims) {}

    /**
     * Who asks, and for what.
     *
     * @param projectId or {@code projectName} for a token of a project; neither for one of the domain
     */
    public record Request(
            @Nullable String userName,
            @Nullable String userId,
            @Nullable String domainName,
            String password,
            @Nullable String projectId,
            @Nullable String projectName) {

        /** The password is not shown. */
        @Override
        public String toString() {
            return "Request[user=%s, domain=%s, project=%s]"
                    .formatted(
                            userName == null ? userId : userName,
                            domainName,
                            projectName == null ? projectId : projectName);
        }
    }

    /** @throws NotAllowed if user and password do not fit, or the account has no such project */
    public Issued issue(Request request) {
        User user = find(request);
        // An unknown user costs as much time as a wrong password, so that names cannot be guessed by the clock.
        boolean matches = passwords.matches(request.password(), user == null ? nobodysHash : user.passwordHash());
        if (user == null || !matches) {
            throw new NotAllowed(
                    ErrorCode.TOKEN_INVALID, "user name, domain name or password is wrong: check all three");
        }
        Project project = projectOf(user, request);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        TokenClaims claims = new TokenClaims(
                user.id(),
                user.name(),
                user.account().id(),
                user.account().name(),
                project == null ? null : project.id(),
                project == null ? null : project.name(),
                now,
                now.plus(VALIDITY));
        return new Issued(signer.sign(claims), claims);
    }

    private @Nullable User find(Request request) {
        String userId = request.userId();
        if (userId != null) {
            return accounts.userById(userId).orElse(null);
        }
        String domain = request.domainName();
        String name = request.userName();
        return domain == null || name == null
                ? null
                : accounts.user(domain, name).orElse(null);
    }

    private @Nullable Project projectOf(User user, Request request) {
        String id = request.projectId();
        String name = request.projectName();
        if (id == null && name == null) {
            return null;
        }
        return accounts.projects(user.account()).stream()
                .filter(project -> id != null
                        ? project.id().value().equals(id)
                        : project.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotAllowed(
                        ErrorCode.TOKEN_WITHOUT_PROJECT,
                        "account '%s' has no project '%s'"
                                .formatted(user.account().name(), id != null ? id : name)));
    }
}
