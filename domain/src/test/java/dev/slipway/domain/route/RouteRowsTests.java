package dev.slipway.domain.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteRowsTests {

    private static final InstanceSetId OLD = new InstanceSetId("set-old");
    private static final InstanceSetId NEW = new InstanceSetId("set-new");

    @ParameterizedTest
    @CsvSource({"2, 0, 100, 0", "2, 1, 67, 33", "1, 2, 33, 67", "0, 2, 0, 100", "1, 1, 50, 50", "0, 0, 0, 0"})
    void dividesAnEntrysWeightByReadyInstances(int oldReady, int newReady, int oldWeight, int newWeight) {
        List<RouteRows.InstanceRow> instances = new ArrayList<>();
        addReady(instances, OLD, oldReady);
        addReady(instances, NEW, newReady);
        RouteRows rows = new RouteRows(
                true,
                List.of(new RouteRows.SetRow(OLD, 0, "0.0.1", 100), new RouteRows.SetRow(NEW, 0, "0.0.2", 100)),
                instances);
        assertThat(rows.versions()).extracting(RouteDocument.Version::weight).containsExactly(oldWeight, newWeight);
    }

    @Test
    void leavesOutWhatDrainsOrIsNotReady() {
        Address address = new Address.Tcp("127.0.0.1", 8080);
        RouteRows rows = new RouteRows(
                true,
                List.of(new RouteRows.SetRow(OLD, 0, "0.0.1", 100)),
                List.of(
                        new RouteRows.InstanceRow(new InstanceId(OLD, 0, 1), address, true, false),
                        new RouteRows.InstanceRow(new InstanceId(OLD, 1, 1), address, true, true),
                        new RouteRows.InstanceRow(new InstanceId(OLD, 2, 1), address, false, false),
                        new RouteRows.InstanceRow(new InstanceId(OLD, 3, 1), null, false, false)));
        assertThat(rows.versions().getFirst().endpoints())
                .extracting(RouteDocument.Endpoint::instance)
                .containsExactly(new InstanceId(OLD, 0, 1));
    }

    @Test
    void keepsTheWeightsOfSeveralEntries() {
        List<RouteRows.InstanceRow> instances = new ArrayList<>();
        addReady(instances, OLD, 1);
        addReady(instances, NEW, 3);
        RouteRows rows = new RouteRows(
                true,
                List.of(new RouteRows.SetRow(OLD, 0, "0.0.1", 70), new RouteRows.SetRow(NEW, 1, "0.0.2", 30)),
                instances);
        assertThat(rows.versions()).extracting(RouteDocument.Version::weight).containsExactly(70, 30);
    }

    private static void addReady(List<RouteRows.InstanceRow> rows, InstanceSetId set, int count) {
        for (int i = 0; i < count; i++) {
            rows.add(new RouteRows.InstanceRow(
                    new InstanceId(set, i, 1), new Address.Tcp("127.0.0.1", 8000 + i), true, false));
        }
    }
}
