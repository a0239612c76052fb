package dev.slipway.domain.access;

import java.util.List;
import java.util.Optional;

/** Keeps accounts, their users and projects. */
public interface AccountStore {

    /** Creates the account and its projects unless they exist; other users and projects are kept. Repeatable. */
    Account ensure(String accountName, List<String> projectNames);

    /** Creates the user, or sets its hash. */
    void putUser(Account account, String userName, String passwordHash);

    /** Names of all users of an account. */
    List<String> userNames(Account account);

    /** Removes the user, who can then no longer ask for tokens. Does nothing if there is none. */
    void removeUser(Account account, String userName);

    Optional<User> user(String accountName, String userName);

    Optional<User> userById(String id);

    Optional<Account> account(String nameOrId);

    /** Projects of an account by name. */
    List<Project> projects(Account account);

    /** Projects of all accounts by name. */
    List<Project> projects();
}
