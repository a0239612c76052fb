package dev.slipway.domain.access;

import java.util.List;
import java.util.Optional;

/** Keeps accounts, their users and projects. */
public interface AccountStore {

    /** Makes the account, its projects and users, unless they exist; users not named are kept. Repeatable. */
    Account ensure(String accountName, List<String> projectNames);

    /** Makes the user, or gives it this hash. */
    void putUser(Account account, String userName, String passwordHash);

    /** Names of all users of an account. */
    List<String> userNames(Account account);

    /** The user can no longer ask for tokens. Nothing happens if there is none. */
    void removeUser(Account account, String userName);

    Optional<User> user(String accountName, String userName);

    Optional<User> userById(String id);

    Optional<Account> account(String nameOrId);

    /** Projects of an account by name. */
    List<Project> projects(Account account);

    /** Projects of all accounts by name. */
    List<Project> projects();
}
