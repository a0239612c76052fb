package dev.slipway.domain.access;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Limits what unknown callers cost. Slow password checks run one at a time for each source, and few at a time in all. After some wrong
 * passwords, further tries of the same name from the same source are delayed, longer each time, and so are all tries of a source that was
 * wrong with many names. A delay never applies to another source, so nobody can be locked out: the right password works at once from
 * another source, and from the same source after the delay. A password that was verified recently costs nothing and does not wait. Memory
 * is bounded. Safe for use by many threads.
 */
public final class LoginBudget {

    /** Wrong passwords of one name from one source: three pass, then 1 s, 2 s, 4 s ... */
    private static final LoginDelays.Rule OF_NAME =
            new LoginDelays.Rule(3, Duration.ofSeconds(1), Duration.ofMinutes(1));
    /** Wrong passwords from one source with any name; users may share an address. */
    private static final LoginDelays.Rule OF_SOURCE =
            new LoginDelays.Rule(20, Duration.ofSeconds(1), Duration.ofSeconds(30));

    private static final int WAITING_OF_SOURCE = 64;
    private static final int WAITING = 256;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final LoginDelays names;
    private final LoginDelays sources;
    private final Semaphore checks;
    private final Map<String, Turns> turns = new HashMap<>();
    private int waiting;

    /** @param checks slow checks at a time, at least 1; the other cores stay free for known callers */
    public LoginBudget(Clock clock, int checks) {
        this.names = new LoginDelays(OF_NAME, clock);
        this.sources = new LoginDelays(OF_SOURCE, clock);
        this.checks = new Semaphore(checks, true);
    }

    /**
     * Checks a password.
     *
     * @param name the user that the caller claims to be
     * @param source where the request comes from, such as an IP address
     * @param known whether this very password was verified recently; fast, called at most twice
     * @param slow whether the password is right; called at most once
     * @throws Unavailable THROTTLED with the time to wait, if the password is not checked now
     */
    public boolean check(String name, String source, BooleanSupplier known, BooleanSupplier slow) {
        String nameKey = digest(source + "\n" + name);
        String sourceKey = digest(source);
        if (isKnown(nameKey, known)) {
            return true;
        }
        sources.refuseIfPutOff(sourceKey, "too many wrong passwords came from this address");
        Turns mine = enter(sourceKey);
        try {
            await(mine.turn);
            try {
                return checkInTurn(nameKey, sourceKey, known, slow);
            } finally {
                mine.turn.release();
            }
        } finally {
            leave(sourceKey, mine);
        }
    }

    /** Earlier checks of the queue may have verified this password, or caused a delay. */
    private boolean checkInTurn(String nameKey, String sourceKey, BooleanSupplier known, BooleanSupplier slow) {
        if (isKnown(nameKey, known)) {
            return true;
        }
        sources.refuseIfPutOff(sourceKey, "too many wrong passwords came from this address");
        await(checks);
        boolean right;
        try {
            right = slow.getAsBoolean();
        } finally {
            checks.release();
        }
        if (right) {
            names.forget(nameKey);
        } else {
            names.failed(nameKey);
            sources.failed(sourceKey);
        }
        return right;
    }

    /** A wrong password for a verified user is delayed like any other. */
    private boolean isKnown(String nameKey, BooleanSupplier known) {
        names.refuseIfPutOff(nameKey, "too many wrong passwords of this user came from this address");
        boolean right = known.getAsBoolean();
        if (right) {
            names.forget(nameKey);
        }
        return right;
    }

    private Turns enter(String sourceKey) {
        synchronized (turns) {
            Turns mine = turns.computeIfAbsent(sourceKey, key -> new Turns());
            if (mine.waiting >= WAITING_OF_SOURCE || waiting >= WAITING) {
                if (mine.waiting == 0) {
                    turns.remove(sourceKey);
                }
                throw busy();
            }
            mine.waiting++;
            waiting++;
            return mine;
        }
    }

    private void leave(String sourceKey, Turns mine) {
        synchronized (turns) {
            mine.waiting--;
            waiting--;
            if (mine.waiting == 0) {
                turns.remove(sourceKey);
            }
        }
    }

    private static void await(Semaphore semaphore) {
        try {
            if (!semaphore.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    private static Unavailable busy() {
        return new Unavailable(
                ErrorCode.THROTTLED,
                "more passwords wait to be checked than are checked at a time: try again in a second",
                Duration.ofSeconds(1));
    }

    /** Of fixed length, however long the name is. */
    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** The queue of one source; exists while somebody waits in it. */
    private static final class Turns {
        private final Semaphore turn = new Semaphore(1, true);
        private int waiting;
    }
}
