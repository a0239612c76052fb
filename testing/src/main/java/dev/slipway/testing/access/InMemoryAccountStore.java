package dev.slipway.testing.access;

import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.User;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link AccountStore} in memory. Safe for use by many threads. */
public final class InMemoryAccountStore implements AccountStore {

    private final List<Account> accounts = new ArrayList<>();
    private final List<Project> projects = new ArrayList<>();
    private final List<User> users = new ArrayList<>();

    /** Makes the project with this very id. */
    public synchronized void put(Project project) {
        projects.add(project);
    }

    @Override
    public synchronized Account ensure(String accountName, List<String> projectNames) {
        Account account = account(accountName).orElseGet(() -> {
            Account made = new Account(newId(), accountName);
            accounts.add(made);
            return made;
        });
        for (String name : projectNames) {
            if (projects(account).stream().noneMatch(project -> project.name().equals(name))) {
                projects.add(new Project(new ProjectId(newId()), name, account));
            }
        }
        return account;
    }

    @Override
    public synchronized void putUser(Account account, String userName, String passwordHash) {
        String id = user(account.name(), userName).map(User::id).orElseGet(InMemoryAccountStore::newId);
        removeUser(account, userName);
        users.add(new User(id, userName, account, passwordHash));
    }

    @Override
    public synchronized List<String> userNames(Account account) {
        return users.stream()
                .filter(user -> user.account().equals(account))
                .map(User::name)
                .sorted()
                .toList();
    }

    @Override
    public synchronized void removeUser(Account account, String userName) {
        users.removeIf(user -> user.account().equals(account) && user.name().equals(userName));
    }

    @Override
    public synchronized Optional<User> user(String accountName, String userName) {
        return users.stream()
                .filter(user ->
                        user.account().name().equals(accountName) && user.name().equals(userName))
                .findFirst();
    }

    @Override
    public synchronized Optional<User> userById(String id) {
        return users.stream().filter(user -> user.id().equals(id)).findFirst();
    }

    @Override
    public synchronized Optional<Account> account(String nameOrId) {
        Optional<Account> named = accounts.stream()
                .filter(account -> account.name().equals(nameOrId))
                .findFirst();
        return named.or(() -> accounts.stream()
                .filter(account -> account.id().equals(nameOrId))
                .findFirst());
    }

    @Override
    public synchronized List<Project> projects(Account account) {
        return projects().stream()
                .filter(project -> project.account().equals(account))
                .toList();
    }

    @Override
    public synchronized List<Project> projects() {
        return projects.stream().sorted(Comparator.comparing(Project::name)).toList();
    }

    private static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
