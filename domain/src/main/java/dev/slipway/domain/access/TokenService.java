package dev.slipway.domain.access;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Issues tokens for passwords. */
public final class TokenService {

    /** How long a token is valid (wire contract 7). */
    public static final Duration VALIDITY = Duration.ofHours(24);

    private final AccountStore accounts;
    private final Passwords passwords;
    private final LoginBudget budget;
    private final TokenSigner signer;
    private final Clock clock;

    public TokenService(
            AccountStore accounts, Passwords passwords, LoginBudget budget, TokenSigner signer, Clock clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.budget = budget;
        this.signer = signer;
        this.clock = clock;
    }

    /** A token and its claims. */
    public record Issued(String token, TokenClaims claims) {}

    /** A user, a domain or a project in a request, by id, by name, or by both. */
    public record Named(@Nullable String id, @Nullable String name) {

        private boolean fits(String otherId, String otherName) {
            return (id == null || id.equals(otherId)) && (name == null || name.equals(otherName));
        }

        @Override
        public String toString() {
            return String.valueOf(name == null ? id : name);
        }
    }

    /**
     * A request for a token.
     *
     * @param userDomain null only for a user with an id
     * @param project for a token of a project; null for one of the domain
     */
    public record Request(
            Named user,
            @Nullable Named userDomain,
            String password,
            @Nullable Named project,
            @Nullable Named projectDomain,
            @Nullable Named domain) {

        /** The password is not shown. */
        @Override
        public String toString() {
            return "Request[user=%s, domain=%s, project=%s]".formatted(user, userDomain, project);
        }
    }

    /**
     * Issues the token.
     *
     * @param source where the request comes from, see {@link LoginBudget}
     * @throws NotAllowed if user and password do not match, or the account is not that domain or has no such project
     * @throws dev.slipway.domain.problem.Unavailable THROTTLED if the password is not checked now, see {@link LoginBudget}
     */
    public Issued issue(Request request, String source) {
        User user = authenticated(request, source);
        Named domain = request.domain();
        if (domain != null && !fits(domain, user.account())) {
            throw new NotAllowed(
                    ErrorCode.TOKEN_INVALID,
                    "user '%s' is of domain '%s', the scope names domain '%s'"
                            .formatted(user.name(), user.account().name(), domain));
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

    private User authenticated(Request request, String source) {
        User user = find(request);
        String password = request.password();
        // An unknown user takes as long as a wrong password, so that response times do not reveal names.
        String hash = user == null ? Passwords.NOBODYS : user.passwordHash();
        boolean matches = budget.check(
                user == null ? "%s of %s".formatted(request.user(), request.userDomain()) : user.id(),
                source,
                () -> user != null && passwords.wasVerified(password, hash),
                () -> passwords.matchesSlowly(password, hash) && user != null);
        if (user == null || !matches) {
            throw new NotAllowed(
                    ErrorCode.TOKEN_INVALID, "user name, domain name or password is wrong: check all three");
        }
        return user;
    }

    private @Nullable User find(Request request) {
        Named user = request.user();
        Named domain = request.userDomain();
        String id = user.id();
        Optional<User> found = id != null ? accounts.userById(id) : byName(user.name(), domain);
        return found.filter(each -> user.fits(each.id(), each.name()))
                .filter(each -> domain == null || fits(domain, each.account()))
                .orElse(null);
    }

    private Optional<User> byName(@Nullable String name, @Nullable Named domain) {
        if (name == null || domain == null) {
            return Optional.empty();
        }
        String account = domain.name() == null ? domain.id() : domain.name();
        return account == null
                ? Optional.empty()
                : accounts.account(account).flatMap(each -> accounts.user(each.name(), name));
    }

    private @Nullable Project projectOf(User user, Request request) {
        Named wanted = request.project();
        if (wanted == null) {
            return null;
        }
        Named domain = request.projectDomain();
        return accounts.projects(user.account()).stream()
                .filter(project -> domain == null || fits(domain, project.account()))
                .filter(project -> wanted.fits(project.id().value(), project.name()))
                .findFirst()
                .orElseThrow(() -> new NotAllowed(
                        ErrorCode.TOKEN_WITHOUT_PROJECT,
                        "account '%s' has no project '%s'%s"
                                .formatted(
                                        user.account().name(),
                                        wanted,
                                        domain == null ? "" : " of domain '%s'".formatted(domain))));
    }

    private static boolean fits(Named named, Account account) {
        return named.fits(account.id(), account.name());
    }
}
