package dev.slipway.api.access;

import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.Passwords;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings accounts, projects and users to the settings at each start: a changed password takes effect, and a user who is no longer in the
 * settings cannot ask for tokens any more. Projects are never removed.
 */
final class AccountsFromSettings {

    private static final Logger LOG = LoggerFactory.getLogger(AccountsFromSettings.class);

    private final AccountStore accounts;
    private final Passwords passwords;

    AccountsFromSettings(AccountStore accounts, Passwords passwords) {
        this.accounts = accounts;
        this.passwords = passwords;
    }

    void take(List<ApiProperties.AccountProperties> settings) {
        settings.forEach(this::take);
    }

    private void take(ApiProperties.AccountProperties settings) {
        Account account = accounts.ensure(settings.name(), settings.projects());
        for (ApiProperties.UserProperties user : settings.users()) {
            boolean stands = accounts.user(account.name(), user.name())
                    .filter(known -> passwords.isOfSettings(user.password(), known.passwordHash()))
                    .isPresent();
            if (!stands) {
                accounts.putUser(account, user.name(), passwords.hashOfSettings(user.password()));
                LOG.info("user set account={} user={}", account.name(), user.name());
            }
        }
        List<String> named = settings.users().stream()
                .map(ApiProperties.UserProperties::name)
                .toList();
        for (String user : accounts.userNames(account)) {
            if (!named.contains(user)) {
                accounts.removeUser(account, user);
                LOG.info("user removed account={} user={}", account.name(), user);
            }
        }
    }
}
