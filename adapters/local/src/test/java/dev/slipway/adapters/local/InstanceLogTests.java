package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceLog;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.DiskArea.Removed;
import dev.slipway.domain.retention.InUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of instances on disk, without processes. */
class InstanceLogTests {

    private static final Instant NOW = Instant.parse("2026-01-08T00:00:00Z");
    private static final SetOwner OWNER = SetOwner.service("s-1");

    @TempDir
    private Path home;

    private LogFolder log(String service, int incarnation, int bytes, Duration age) throws IOException {
        InstanceId id = id(service, incarnation);
        Placement placement = new Placement(null, null, Map.of(Placement.SERVICE, service, Placement.MODEL, "m"));
        LogFolder log = new LogFolders(home).of(placement, id.toString()).create();
        Files.write(log.log(), new byte[bytes]);
        Files.setLastModifiedTime(log.log(), FileTime.from(NOW.minus(age)));
        return log;
    }

    private static InstanceId id(String service, int incarnation) {
        return new InstanceId(new InstanceSetId("service-%s-g1-e0".formatted(service)), 0, incarnation);
    }

    private InstanceFolder running(String service, int incarnation, LogFolder log) throws IOException {
        InstanceFolder folder = new InstanceFolder(
                home.resolve("instances").resolve(id(service, incarnation).toString()));
        Files.createDirectories(folder.path());
        Files.writeString(folder.spec(), "{\"log\": \"%s\"}".formatted(log.log()));
        Files.writeString(folder.path().resolve("state.json"), """
                {"shim": {"pid": 1, "start_time": 1}, "state": "exited", "started_at": 100.5, "ended_at": 200, "exit_code": 3, "cause": "no"}""");
        return folder;
    }

    private EndedLogs area(long mostBytes) {
        return new EndedLogs(home, Duration.ofDays(7), Clock.fixed(NOW, ZoneOffset.UTC), mostBytes);
    }

    private static InUse nothing() {
        return new InUse(Set.of(), null, Set.of());
    }

    private List<Integer> kept(SetOwner owner) {
        return new LocalInstanceLogs(home)
                .of(owner).stream().map(each -> each.instance().incarnation()).toList();
    }

    @Test
    void aLogKeepsItsPathAndTheLastStateWhenTheFolderOfItsInstanceGoes() throws IOException {
        LogFolder log = log("s-1", 7, 10, Duration.ZERO);
        InstanceFolder folder = running("s-1", 7, log);
        LocalInstanceLogs logs = new LocalInstanceLogs(home);
        InstanceLog before = logs.find(OWNER, id("s-1", 7)).orElseThrow();

        new LogFolders(home).deleteAllButLog(folder);

        assertThat(folder.exists()).isFalse();
        InstanceLog after = logs.find(OWNER, id("s-1", 7)).orElseThrow();
        assertThat(after).isEqualTo(before);
        assertThat(after.exitCode()).isEqualTo(3);
        assertThat(after.cause()).isEqualTo("no");
        assertThat(after.startedAt()).isEqualTo(Instant.ofEpochMilli(100_500));
        assertThat(after.endedAt()).isEqualTo(Instant.ofEpochSecond(200));
        assertThat(after.bytes()).isEqualTo(10);
        assertThat(Path.of(after.name())).exists();
        assertThat(logs.tail(OWNER, id("s-1", 7), 4)).hasSize(4);
    }

    @Test
    void anotherOwnerFindsNothing() throws IOException {
        log("s-1", 7, 10, Duration.ZERO);
        LocalInstanceLogs logs = new LocalInstanceLogs(home);

        for (String other : List.of("s-2", "s-1/..", "..", ".", "../instance-logs/s-1")) {
            SetOwner owner = SetOwner.service(other);
            assertThat(logs.of(owner)).as(other).isEmpty();
            assertThat(logs.find(owner, id("s-1", 7))).as(other).isEmpty();
            assertThat(logs.tail(owner, id("s-1", 7), 100)).as(other).isEmpty();
        }
    }

    @Test
    void theSweepRemovesEndedLogsAfterTheirTimeAndNoRunningOnes() throws IOException {
        log("s-1", 1, 10, Duration.ofDays(7).plusSeconds(1));
        log("s-1", 2, 10, Duration.ofDays(7).minusSeconds(1));
        LogFolder quiet = log("s-2", 3, 10, Duration.ofDays(30));
        running("s-2", 3, quiet);
        DiskArea area = area(1 << 20);
        assertThat(area.use(InstanceLogTests::nothing).unused()).isEqualTo(10);

        assertThat(area.removeUnused(InstanceLogTests::nothing, 100)).isEqualTo(new Removed(1, 10));

        assertThat(kept(OWNER)).containsExactly(2);
        assertThat(kept(SetOwner.service("s-2"))).containsExactly(3);
        assertThat(area.removeUnused(InstanceLogTests::nothing, 100)).isEqualTo(Removed.NOTHING);
    }

    @Test
    void theSweepRemovesTheOldestBeyondTheLimitAndTheFolderOfTheLast() throws IOException {
        log("s-1", 1, 60, Duration.ofHours(3));
        log("s-2", 2, 60, Duration.ofHours(2));
        log("s-3", 3, 60, Duration.ofHours(1));
        DiskArea area = area(130);

        assertThat(area.removeUnused(InstanceLogTests::nothing, 100)).isEqualTo(new Removed(1, 60));

        assertThat(home.resolve(LogFolders.NAME).resolve("s-1")).doesNotExist();
        assertThat(kept(SetOwner.service("s-2"))).containsExactly(2);
    }

    @Test
    void oneThatEndsAgainAndAgainCostsOnlyItsOwnOldLogs() throws IOException {
        for (int incarnation = 1; incarnation <= 4; incarnation++) {
            log("s-1", incarnation, 60, Duration.ofHours(9 - incarnation));
        }
        log("s-2", 5, 60, Duration.ofDays(1));
        InstanceFolder last = running("s-1", 6, log("s-1", 6, 60, Duration.ZERO));

        // The state of the last counts too.
        long state = Files.size(last.path().resolve("state.json"));
        new LogFolders(home, state + 3 * 60).deleteAllButLog(last);

        assertThat(kept(OWNER)).containsExactly(6, 4, 3);
        assertThat(kept(SetOwner.service("s-2"))).containsExactly(5);
        new LogFolders(home, 1).deleteAllButLog(running("s-1", 7, log("s-1", 7, 60, Duration.ZERO)));
        assertThat(kept(OWNER)).as("the last is always kept").containsExactly(7);
    }
}
