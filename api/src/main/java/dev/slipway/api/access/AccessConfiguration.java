package dev.slipway.api.access;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.access.PostgresAccountStore;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.LoginBudget;
import dev.slipway.domain.access.Passwords;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.TokenService;
import dev.slipway.domain.access.TokenSigner;
import java.time.Clock;
import java.util.List;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;

/** The wiring of accounts, logins and tokens. */
public final class AccessConfiguration {

    private final ApiProperties properties;
    private final AccountStore accounts;
    private final Passwords passwords;
    private final TokenSigner signer;
    private final TokenService tokens;

    public AccessConfiguration(ApiProperties properties, Database database, Clock clock) {
        this.properties = properties;
        this.accounts = new PostgresAccountStore(database);
        this.passwords = new Passwords(properties.tokenKey());
        this.signer = new TokenSigner(properties.tokenKey(), clock);
        this.tokens = new TokenService(accounts, passwords, new LoginBudget(clock, passwordChecks()), signer, clock);
    }

    /** A quarter of the cores: the others answer predictions in the same process. */
    private static int passwordChecks() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 4);
    }

    /** Brings accounts, projects and users to the settings. */
    public void takeAccountsFromSettings() {
        new AccountsFromSettings(accounts, passwords).take(properties.accounts());
    }

    /** All projects of all accounts. */
    public List<Project> projects() {
        return accounts.projects();
    }

    /** The calls of the identity API. */
    public Object controller() {
        return new IdentityController(tokens, signer, accounts, properties);
    }

    /** Resolves the parameters for callers. */
    public HandlerMethodArgumentResolver callers() {
        return new CallerResolver(signer);
    }
}
