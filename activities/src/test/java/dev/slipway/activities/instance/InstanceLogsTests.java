package dev.slipway.activities.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.testing.instance.FakeCluster;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstanceLogsTests {

    private static final InstanceId ID = new InstanceId(new InstanceSetId("service-a-g1-e0"), 0, 1);

    private final FakeCluster cluster = new FakeCluster();
    private final InstanceLogs logs = new InstanceLogs(cluster);

    @Test
    void namesTheFileAndShowsTheLastTwentyLines() {
        cluster.print(
                ID,
                IntStream.rangeClosed(1, 30).mapToObj(n -> "line " + n + "\n").collect(Collectors.joining()));

        assertThat(logs.after("exit code 3", ID).lines())
                .startsWith("exit code 3", "The end of its log '/logs/service-a-g1-e0-0-1':", "line 11")
                .endsWith("line 30")
                .hasSize(22);
    }

    @Test
    void printsNothingThatTheDatabaseOrATerminalCannotTake() {
        cluster.print(ID, "a\0b\tc\u001b[31m\n");

        assertThat(logs.end(ID)).endsWith(":\na\uFFFDb c\uFFFD[31m");
    }

    @Test
    void longLinesAreCutToTheBytesOfAnEvent() {
        cluster.print(ID, "x".repeat(50_000));

        assertThat(logs.end(ID).length()).isLessThan(3_200);
    }

    @Test
    void anInstanceWithoutALogLeavesTheCauseAlone() {
        assertThat(logs.after("no python3", ID)).isEqualTo("no python3");
    }
}
