package dev.slipway.adapters.postgres.access;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.User;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link AccountStore} in PostgreSQL. */
public final class PostgresAccountStore implements AccountStore {

    private static final String SELECT_USER = """
            SELECT u.id, u.name, u.password_hash, a.id AS account_id, a.name AS account_name
            FROM account_user u JOIN account a ON a.id = u.account
            """;

    private final Database database;

    public PostgresAccountStore(Database database) {
        this.database = database;
    }

    @Override
    public Account ensure(String accountName, List<String> projectNames) {
        return database.inTransaction(() -> {
            database.jdbc()
                    .sql("INSERT INTO account (id, name) VALUES (:id, :name) ON CONFLICT (name) DO NOTHING")
                    .param("id", newId())
                    .param("name", accountName)
                    .update();
            Account account = account(accountName).orElseThrow();
            for (String project : projectNames) {
                database.jdbc()
                        .sql("""
                                INSERT INTO project (id, account, name) VALUES (:id, :account, :name)
                                ON CONFLICT (account, name) DO NOTHING
                                """)
                        .param("id", newId())
                        .param("account", account.id())
                        .param("name", project)
                        .update();
            }
            return account;
        });
    }

    @Override
    public void putUser(Account account, String userName, String passwordHash) {
        database.inTransaction(() -> {
            database.jdbc()
                    .sql("""
                            INSERT INTO account_user (id, account, name, password_hash)
                            VALUES (:id, :account, :name, :hash)
                            ON CONFLICT (account, name) DO UPDATE SET password_hash = excluded.password_hash
                            """)
                    .param("id", newId())
                    .param("account", account.id())
                    .param("name", userName)
                    .param("hash", passwordHash)
                    .update();
        });
    }

    @Override
    public List<String> userNames(Account account) {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT name FROM account_user WHERE account = :account ORDER BY name")
                .param("account", account.id())
                .query(String.class)
                .list());
    }

    @Override
    public void removeUser(Account account, String userName) {
        database.inTransaction(() -> {
            database.jdbc()
                    .sql("DELETE FROM account_user WHERE account = :account AND name = :name")
                    .param("account", account.id())
                    .param("name", userName)
                    .update();
        });
    }

    @Override
    public Optional<User> user(String accountName, String userName) {
        return database.inTransaction(() -> database.jdbc()
                .sql(SELECT_USER + "WHERE a.name = :account AND u.name = :name")
                .param("account", accountName)
                .param("name", userName)
                .query(PostgresAccountStore::user)
                .optional());
    }

    @Override
    public Optional<User> userById(String id) {
        return database.inTransaction(() -> database.jdbc()
                .sql(SELECT_USER + "WHERE u.id = :id")
                .param("id", id)
                .query(PostgresAccountStore::user)
                .optional());
    }

    @Override
    public Optional<Account> account(String nameOrId) {
        return database.inTransaction(() -> database.jdbc()
                .sql(
                        "SELECT id, name FROM account WHERE name = :text OR id = :text ORDER BY (name = :text) DESC LIMIT 1")
                .param("text", nameOrId)
                .query((row, number) -> new Account(row.getString("id"), row.getString("name")))
                .optional());
    }

    @Override
    public List<Project> projects(Account account) {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT id, name FROM project WHERE account = :account ORDER BY name")
                .param("account", account.id())
                .query((row, number) -> new Project(new ProjectId(row.getString("id")), row.getString("name"), account))
                .list());
    }

    @Override
    public List<Project> projects() {
        return database.inTransaction(() -> database.jdbc()
                .sql("""
                        SELECT p.id, p.name, a.id AS account_id, a.name AS account_name
                        FROM project p JOIN account a ON a.id = p.account ORDER BY p.name, a.name
                        """)
                .query((row, number) -> new Project(
                        new ProjectId(row.getString("id")),
                        row.getString("name"),
                        new Account(row.getString("account_id"), row.getString("account_name"))))
                .list());
    }

    private static User user(ResultSet row, int number) throws SQLException {
        return new User(
                row.getString("id"),
                row.getString("name"),
                new Account(row.getString("account_id"), row.getString("account_name")),
                row.getString("password_hash"));
    }

    private static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
