package dev.slipway.testing.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.User;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link AccountStore} does. */
public abstract class AccountStoreContract {

    private final String name = "acme-" + UUID.randomUUID();

    protected abstract AccountStore store();

    @Test
    void keepsIdsHoweverOftenItIsEnsured() {
        Account first = store().ensure(name, List.of("b", "a"));
        List<Project> projects = store().projects(first);

        assertThat(store().ensure(name, List.of("c", "a"))).isEqualTo(first);
        assertThat(store().projects(first)).extracting(Project::name).containsExactly("a", "b", "c");
        assertThat(store().projects(first)).containsAll(projects);
        assertThat(store().projects()).containsAll(projects);
    }

    @Test
    void findsAnAccountByNameAndById() {
        Account account = store().ensure(name, List.of());

        assertThat(store().account(name)).contains(account);
        assertThat(store().account(account.id())).contains(account);
        assertThat(store().account("nobody-" + name)).isEmpty();
    }

    @Test
    void takesTheNameBeforeTheIdOfAnother() {
        Account account = store().ensure(name, List.of());
        Account disguised = store().ensure(account.id(), List.of());

        assertThat(store().account(account.id())).contains(disguised);
    }

    @Test
    void changesAPasswordAndKeepsTheUser() {
        Account account = store().ensure(name, List.of("p"));
        store().putUser(account, "alice", "hash-1");
        User before = store().user(name, "alice").orElseThrow();

        store().putUser(account, "alice", "hash-2");

        User after = store().user(name, "alice").orElseThrow();
        assertThat(after.passwordHash()).isEqualTo("hash-2");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(store().userById(before.id())).contains(after);
        assertThat(after.account()).isEqualTo(account);
    }

    @Test
    void tellsUsersOfTwoAccountsApart() {
        Account one = store().ensure(name, List.of("p"));
        Account other = store().ensure("other-" + name, List.of("p"));
        store().putUser(one, "alice", "hash-1");
        store().putUser(other, "alice", "hash-2");
        store().putUser(other, "bob", "hash-3");

        store().removeUser(one, "alice");
        store().removeUser(one, "alice");

        assertThat(store().userNames(one)).isEmpty();
        assertThat(store().userNames(other)).containsExactly("alice", "bob");
        assertThat(store().user(name, "alice")).isEmpty();
        assertThat(store().projects(one)).doesNotContainAnyElementsOf(store().projects(other));
    }

    @Test
    void makesOneOfAccountsThatAreEnsuredAtOnce() throws Exception {
        Set<Account> made = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Callable<Account>> calls = IntStream.range(0, 6)
                    .<Callable<Account>>mapToObj(i -> () -> store().ensure(name, List.of("p")))
                    .toList();
            for (Future<Account> account : threads.invokeAll(calls)) {
                made.add(account.get());
            }
        }
        assertThat(made).hasSize(1);
        assertThat(store().projects(made.iterator().next())).hasSize(1);
    }
}
