package dev.slipway.domain.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServiceStateTests {

    /** The table of the protocols page, written down from there and not from the code. */
    private static final String TABLE = """
            state      | PUT config | PUT running | PUT stopped | DELETE   | auto-stop due
            DEPLOYING  | REFUSED    | NOTHING     | STOPPING    | DELETING | STOPPING
            WAITING    | REFUSED    | NOTHING     | STOPPING    | DELETING | STOPPING
            RUNNING    | DEPLOYING  | NOTHING     | STOPPING    | DELETING | STOPPING
            CONCERNING | DEPLOYING  | NOTHING     | STOPPING    | DELETING | STOPPING
            FAILED     | DEPLOYING  | DEPLOYING   | STOPPED     | DELETING | NOTHING
            STOPPED    | STORED     | DEPLOYING   | NOTHING     | DELETING | NOTHING
            FINISHED   | STORED     | DEPLOYING   | NOTHING     | DELETING | NOTHING
            STOPPING   | REFUSED    | REFUSED     | NOTHING     | DELETING | NOTHING
            DELETING   | UNKNOWN    | UNKNOWN     | UNKNOWN     | NOTHING  | NOTHING
            DELETED    | UNKNOWN    | UNKNOWN     | UNKNOWN     | UNKNOWN  | NOTHING
            """;

    private static final List<ServiceCommand> COLUMNS = List.of(
            ServiceCommand.CHANGE_CONFIG,
            ServiceCommand.START,
            ServiceCommand.STOP,
            ServiceCommand.DELETE,
            ServiceCommand.AUTO_STOP);

    static Stream<Arguments> pairs() {
        return TABLE.lines()
                .skip(1)
                .map(line ->
                        Arrays.stream(line.split("[|]", -1)).map(String::strip).toList())
                .flatMap(cells -> COLUMNS.stream()
                        .map(command -> Arguments.of(
                                ServiceState.valueOf(cells.getFirst()),
                                command,
                                ServiceState.Reaction.valueOf(cells.get(COLUMNS.indexOf(command) + 1)))));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void reactsAsTheTableSays(ServiceState state, ServiceCommand command, ServiceState.Reaction expected) {
        assertThat(state.on(command)).isEqualTo(expected);
    }

    @Test
    void walksEveryPair() {
        assertThat(pairs()).hasSize(ServiceState.values().length * ServiceCommand.values().length);
    }
}
